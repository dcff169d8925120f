/** Reads the values of options; each throws `UsageError` that names the option and says what it takes. */

import { boardLabelMistake } from "../api/board-labels.ts";
import { nodeNamePattern } from "../api/join-exchange.ts";
import { UsageError } from "../lib/errors.ts";
import { parseAddress, parsePrefix } from "../lib/ipv4.ts";
import { type LogLevel, logLevels } from "./cli-actions.ts";

const defaultApiPort = 6443;
const defaultMqttPort = 8883;
const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const durationMsMax = 365 * 86_400_000;
export const revisionsMin = 100;
export const revisionsMax = 1_000_000;
/** A board takes a /24, and a fleet of one board is no fleet. */
const podPrefixBitsMax = 23;
const podPrefixBitsMin = 8;

export function nameValue(option: string): (text: string) => string {
  return (text) => {
    if (nodeNamePattern.test(text)) return text;
    throw new UsageError(
      `${option} ${quoted(text)} is not a name: use up to 63 lower-case letters, digits and hyphens, as in kitchen-1`,
    );
  };
}

/** A board's name, or a voter's id. */
export function voterValue(text: string): string {
  if (nodeNamePattern.test(text) || /^[a-z0-9-]{1,63}\.[0-9a-f]{8}$/.test(text)) return text;
  throw new UsageError(`${quoted(text)} is no voter: use a board's name, as \`bramble voters list\` shows it`);
}

export function addressValue(text: string): string {
  const address = parseAddress(text);
  if (address !== undefined && address !== 0) return text;
  throw new UsageError(
    `--address ${quoted(text)} is not an IPv4 address: give the one that other boards reach, as in 192.168.1.11`,
  );
}

export function portValue(option: string): (text: string) => number {
  return (text) => {
    const port = portNumber(text);
    if (port !== undefined) return port;
    throw new UsageError(`${option} ${quoted(text)} is not a port: use a number from 1 to 65535`);
  };
}

/** `10.42.0.0/16`, with room for several boards' /24. */
export function podCidrValue(text: string): string {
  const prefix = parsePrefix(text);
  if (prefix !== undefined && prefix.bits >= podPrefixBitsMin && prefix.bits <= podPrefixBitsMax) return text;
  throw new UsageError(
    `--pod-cidr ${quoted(text)} is not a range for pods: use a prefix of /${podPrefixBitsMin} to /${podPrefixBitsMax}, as in 10.42.0.0/16`,
  );
}

/** `10.99.0.1`, `10.99.0.1:6443` or with a host name; the answer always has a port. */
export function serverValue(text: string): string {
  const [, host, port = String(defaultApiPort)] = /^(?:https:\/\/)?([A-Za-z0-9.-]+)(?::(\d+))?\/?$/.exec(text) ?? [];
  if (host !== undefined && portNumber(port) !== undefined) return `${host}:${port}`;
  throw new UsageError(
    `${quoted(text)} is not where a voter listens: give its address and port, as in 192.168.1.11:6443`,
  );
}

/** `mqtts://broker.home` or with a port; the answer always has one. */
export function mqttUrlValue(text: string): string {
  const [, host, port = String(defaultMqttPort)] = /^mqtts:\/\/([A-Za-z0-9.-]+)(?::(\d+))?\/?$/.exec(text) ?? [];
  if (host !== undefined && portNumber(port) !== undefined) return `mqtts://${host}:${port}`;
  throw new UsageError(
    `--mqtt-url ${quoted(text)} is not where a broker listens: give its address and TLS port, as in mqtts://broker.home:8883`,
  );
}

/** As `durationValue`, and 0 for never. */
export function intervalValue(option: string): (text: string) => number {
  const duration = durationValue(option);
  return (text) => (text === "0" ? 0 : duration(text));
}

/** `zone=attic`, added to those given before. */
export function labelValue(text: string, given: Readonly<Record<string, string>> = {}): Record<string, string> {
  const separator = text.indexOf("=");
  const [key, value] = [text.slice(0, Math.max(separator, 0)), text.slice(separator + 1)];
  const wrong = boardLabelMistake(key, value);
  if (wrong === undefined) return { ...given, [key]: value };
  throw new UsageError(
    `--label ${quoted(text)} is not a board's label (${wrong}): use a key and a value, as in zone=attic`,
  );
}

/** `30m`, `24h`, `7d` in milliseconds. */
export function durationValue(option: string): (text: string) => number {
  return (text) => {
    const [, count, unit = ""] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
    const durationMs = Number(count) * (unitMs[unit] ?? Number.NaN);
    if (durationMs > 0 && durationMs <= durationMsMax) return durationMs;
    throw new UsageError(
      `${option} ${quoted(text)} is not a duration up to 365d: use a number and s, m, h or d, as in 24h`,
    );
  };
}

export function revisionsValue(option: string): (text: string) => number {
  return (text) => {
    const revisions = /^\d{1,7}$/.test(text) ? Number(text) : 0;
    if (revisions >= revisionsMin && revisions <= revisionsMax) return revisions;
    throw new UsageError(`${option} ${quoted(text)} will not do: use a number from ${revisionsMin} to ${revisionsMax}`);
  };
}

export function logLevelValue(text: string): LogLevel {
  const level = logLevels.find((known) => known === text);
  if (level !== undefined) return level;
  throw new UsageError(`--log-level ${quoted(text)} is unknown: use one of ${logLevels.join(", ")}`);
}

function portNumber(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
