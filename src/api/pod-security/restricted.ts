/** The restricted level of the Pod Security Standards: a pod that has shed what it does not need. */
import { allowedVolumes } from "./allowed-values.ts";
import {
  allContainers,
  type Check,
  containersText,
  type JudgedPod,
  mustNotSet,
  namesOf,
  quoted,
  violation,
} from "./check.ts";

const escalation: Check = {
  id: "allowPrivilegeEscalation",
  since: 8,
  find(pod) {
    if (isForWindows(pod)) return undefined;
    const names = namesOf(pod, ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false);
    const detail = `${containersText(names)} must set securityContext.allowPrivilegeEscalation=false`;
    return violation("allowPrivilegeEscalation != false", [names.length > 0 ? detail : undefined]);
  },
};

const capabilities: Check = {
  id: "capabilities_restricted",
  since: 22,
  overrides: ["capabilities_baseline"],
  find(pod) {
    if (isForWindows(pod)) return undefined;
    const keeping = namesOf(pod, ({ securityContext }) => !securityContext?.capabilities?.drop?.includes("ALL"));
    const added = (one: ReturnType<typeof allContainers>[number]) =>
      (one.securityContext?.capabilities?.add ?? []).filter((name) => name !== "NET_BIND_SERVICE");
    const adding = allContainers(pod).filter((container) => added(container).length > 0);
    const names = [...new Set(adding.flatMap(added))].sort();
    const found = [
      keeping.length > 0 ? `${containersText(keeping)} must set securityContext.capabilities.drop=["ALL"]` : undefined,
      adding.length > 0
        ? `${containersText(adding.map(({ name }) => name))} must not include ${quoted(names)} in securityContext.capabilities.add`
        : undefined,
    ].filter((detail) => detail !== undefined);
    return found.length === 0 ? undefined : { reason: "unrestricted capabilities", detail: found.join("; ") };
  },
};

const volumes: Check = {
  id: "restrictedVolumes",
  since: 0,
  overrides: ["hostPathVolumes"],
  find({ spec }) {
    const offenders = (spec.volumes ?? []).flatMap((volume) => {
      const [source = "emptyDir"] = Object.entries(volume)
        .filter(([key, value]) => key !== "name" && value !== undefined)
        .map(([key]) => key);
      return allowedVolumes.has(source) ? [] : [{ name: volume.name, source }];
    });
    if (offenders.length === 0) return undefined;
    const sources = [...new Set(offenders.map(({ source }) => source))].sort();
    const [word, uses] = offenders.length === 1 ? ["volume", "uses"] : ["volumes", "use"];
    const types = sources.length === 1 ? "type" : "types";
    const who = `${word} ${quoted(offenders.map(({ name }) => name))}`;
    return violation("restricted volume types", [`${who} ${uses} restricted volume ${types} ${quoted(sources)}`]);
  },
};

const nonRoot: Check = {
  id: "runAsNonRoot",
  since: 0,
  find(pod) {
    const wish = pod.spec.securityContext.runAsNonRoot;
    const rebels = namesOf(pod, ({ securityContext }) => securityContext?.runAsNonRoot === false);
    const silent = namesOf(pod, ({ securityContext }) => securityContext?.runAsNonRoot === undefined);
    return violation("runAsNonRoot != true", [
      wish === false && silent.length > 0 ? "pod must not set securityContext.runAsNonRoot=false" : undefined,
      mustNotSet(rebels, "securityContext.runAsNonRoot=false"),
      wish === undefined && silent.length > 0
        ? `pod or ${containersText(silent)} must set securityContext.runAsNonRoot=true`
        : undefined,
    ]);
  },
};

const notRoot: Check = {
  id: "runAsUser",
  since: 23,
  find(pod) {
    const names = namesOf(pod, ({ securityContext }) => securityContext?.runAsUser === 0);
    const ofPod = pod.spec.securityContext.runAsUser === 0;
    return violation("runAsUser=0", [
      ofPod ? "pod must not set runAsUser=0" : undefined,
      mustNotSet(names, "runAsUser=0"),
    ]);
  },
};

const seccomp: Check = {
  id: "seccompProfile_restricted",
  since: 19,
  overrides: ["seccompProfile_baseline"],
  find(pod) {
    if (isForWindows(pod)) return undefined;
    const isOpen = (type: string | undefined) => type === "Unconfined";
    const type = pod.spec.securityContext.seccompProfile?.type;
    const rebels = namesOf(pod, ({ securityContext }) => isOpen(securityContext?.seccompProfile?.type));
    const silent = namesOf(pod, ({ securityContext }) => securityContext?.seccompProfile?.type === undefined);
    const what = "securityContext.seccompProfile.type to";
    return violation("seccompProfile", [
      isOpen(type) ? `pod must not set ${what} "Unconfined"` : undefined,
      mustNotSet(rebels, `${what} "Unconfined"`),
      type === undefined && silent.length > 0
        ? `pod or ${containersText(silent)} must set ${what} "RuntimeDefault" or "Localhost"`
        : undefined,
    ]);
  },
};

function isForWindows({ spec }: JudgedPod): boolean {
  return spec.os?.name === "windows";
}

/** In the order in which findings are told, after those of the baseline. */
export const restrictedChecks: readonly Check[] = [escalation, capabilities, volumes, nonRoot, notRoot, seccomp];
