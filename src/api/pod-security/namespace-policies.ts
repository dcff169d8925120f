/** What a namespace's labels say about the security of its pods. */
import { ownValue } from "../../lib/own-value.ts";
import { type Cause, invalid, notSupported } from "../validation/cause.ts";
import { type PodSecurityPolicy, podSecurityLevels } from "./evaluate.ts";

const podSecurityModes = ["enforce", "audit", "warn"] as const;
export type PodSecurityMode = (typeof podSecurityModes)[number];

const prefix = "pod-security.kubernetes.io/";
const versionShape = /^v1\.(0|[1-9]\d{0,3})$/;

type Labels = Readonly<Record<string, string>> | undefined;

/** Labels that say nothing readable forbid everything: a slip of the pen must not open a namespace. */
export function policyOf(labels: Labels, mode: PodSecurityMode): PodSecurityPolicy {
  const text = ownValue(labels, `${prefix}${mode}`);
  if (text === undefined) return { level: "privileged", version: "latest" };
  const level = podSecurityLevels.find((known) => known === text) ?? "restricted";
  return { level, version: parseVersion(ownValue(labels, `${prefix}${mode}-version`)) ?? "latest" };
}

/** What is wrong with those labels. */
export function podSecurityLabelCauses(labels: Labels): Cause[] {
  return podSecurityModes.flatMap((mode) => {
    const level = ownValue(labels, `${prefix}${mode}`);
    const version = ownValue(labels, `${prefix}${mode}-version`);
    const path = (key: string) => `metadata.labels[${prefix}${key}]`;
    return [
      ...(level !== undefined && !podSecurityLevels.some((known) => known === level)
        ? [notSupported(path(mode), level, podSecurityLevels)]
        : []),
      ...(version !== undefined && parseVersion(version) === undefined
        ? [invalid(path(`${mode}-version`), version, 'must be "latest" or "v1.x"')]
        : []),
    ];
  });
}

function parseVersion(text: string | undefined): PodSecurityPolicy["version"] | undefined {
  if (text === undefined || text === "latest") return "latest";
  const match = versionShape.exec(text);
  return match === null ? undefined : Number(match[1]);
}
