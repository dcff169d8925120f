/** What Services are given from: the fleet's addresses for them, and the boards' ports that they may open. */
import { parsePrefix } from "../../lib/ipv4.ts";
import { type NumberRange, staticBand } from "./number-range.ts";

/** Where the addresses of Services are taken from; the API server gives them out. */
export const serviceCidr = "10.43.0.0/16";

const prefix = parsePrefix(serviceCidr) ?? { base: 0, bits: 32 };
const size = 2 ** (32 - prefix.bits);

/** Addresses as numbers, all but the network's own and its broadcast address. The band is Kubernetes' (KEP-3070). */
export const serviceAddresses: NumberRange = {
  first: prefix.base + 1,
  last: prefix.base + size - 2,
  staticCount: staticBand(size, { divisor: 16, least: 16, most: 256 }),
};

const first = 30_000;
const last = 32_767;

/** The ports of the boards that Services may take. The band is Kubernetes' (KEP-3668). */
export const nodePorts: NumberRange = {
  first,
  last,
  staticCount: staticBand(last - first + 1, { divisor: 32, least: 16, most: 128 }),
};

/** `30000-32767` */
export const nodePortsText = `${first}-${last}`;
