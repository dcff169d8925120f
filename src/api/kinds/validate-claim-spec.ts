import { ownValue } from "../../lib/own-value.ts";
import { compareQuantities } from "../meta/quantity.ts";
import { type Cause, forbidden, invalid, required } from "../validation/cause.ts";
import { validateLabelSelector } from "../validation/label-selector.ts";
import { dnsSubdomain } from "../validation/names.ts";
import type { ClaimSpec } from "./claim-spec.ts";

/** What is wrong with a claim for storage, of its own or in a template. */
export function validateClaimSpec(spec: ClaimSpec, path: string): Cause[] {
  const causes = validateLabelSelector(spec.selector, `${path}.selector`);
  const modes = spec.accessModes ?? [];
  if (modes.length === 0) causes.push(required(`${path}.accessModes`, "at least 1 access mode is required"));
  if (modes.includes("ReadWriteOncePod") && modes.length > 1)
    causes.push(forbidden(`${path}.accessModes`, "may not use ReadWriteOncePod with other access modes"));
  const size = ownValue(spec.resources.requests, "storage");
  if (size === undefined) causes.push(required(`${path}.resources[storage]`));
  else if (compareQuantities(size, "0") <= 0)
    causes.push(invalid(`${path}.resources[storage]`, size, "must be greater than zero"));
  const name = spec.storageClassName;
  const wrong = name === undefined || name === "" ? undefined : dnsSubdomain(name);
  if (wrong !== undefined) causes.push(invalid(`${path}.storageClassName`, name, wrong));
  return causes;
}
