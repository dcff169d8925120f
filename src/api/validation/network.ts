/** What is wrong with addresses and ports. */
import { z } from "zod";
import { type Cause, invalid } from "./cause.ts";

const addressLengthMax = 64;
const ipSchema = z.union([z.ipv4(), z.ipv6()]);
const cidrSchema = z.union([z.cidrv4(), z.cidrv6()]);

export function isIpAddress(text: string): boolean {
  return text.length <= addressLengthMax && ipSchema.safeParse(text).success;
}

export function validateIpAddress(text: string, path: string): Cause[] {
  return isIpAddress(text)
    ? []
    : [invalid(path, text, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")];
}

/** A range of addresses with the length of its prefix. */
export function validateCidr(text: string, path: string): Cause[] {
  const isRange = text.length <= addressLengthMax && cidrSchema.safeParse(text).success;
  return isRange ? [] : [invalid(path, text, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")];
}

export function validatePortNumber(port: number, path: string): Cause[] {
  return port >= 1 && port <= 65535 ? [] : [invalid(path, port, "must be between 1 and 65535, inclusive")];
}
