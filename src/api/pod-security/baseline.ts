/** The baseline level of the Pod Security Standards: what is known to lift a pod above its board. */
import { allowedCapabilities, allowedSeLinuxTypes, allowedSysctls } from "./allowed-values.ts";
import { allContainers, type Check, containersText, mustNotSet, namesOf, quoted, violation } from "./check.ts";

const appArmorAnnotation = "container.apparmor.security.beta.kubernetes.io/";

const appArmor: Check = {
  id: "appArmorProfile",
  since: 0,
  find(pod) {
    const annotations = Object.entries(pod.metadata?.annotations ?? {})
      .filter(([key, value]) => key.startsWith(appArmorAnnotation) && !isConfined(value))
      .map(([key, value]) => `annotation ${JSON.stringify(`${key}=${value}`)}`);
    const isOpen = (type: string | undefined) => type === "Unconfined";
    const names = namesOf(pod, ({ securityContext }) => isOpen(securityContext?.appArmorProfile?.type));
    const ofPod = isOpen(pod.spec.securityContext.appArmorProfile?.type);
    return violation("forbidden AppArmor profile", [
      ofPod ? `pod must not set AppArmor profile type to "Unconfined"` : undefined,
      names.length > 0 ? `${containersText(names)} must not set AppArmor profile type to "Unconfined"` : undefined,
      ...annotations,
    ]);
  },
};

function isConfined(profile: string): boolean {
  return profile === "" || profile === "runtime/default" || profile.startsWith("localhost/");
}

const capabilities: Check = {
  id: "capabilities_baseline",
  since: 0,
  find(pod) {
    const added = (one: ReturnType<typeof allContainers>[number]) =>
      (one.securityContext?.capabilities?.add ?? []).filter((name) => !allowedCapabilities.has(name));
    const offenders = allContainers(pod).filter((container) => added(container).length > 0);
    if (offenders.length === 0) return undefined;
    const names = [...new Set(offenders.flatMap(added))].sort();
    const who = containersText(offenders.map(({ name }) => name));
    return violation("non-default capabilities", [
      `${who} must not include ${quoted(names)} in securityContext.capabilities.add`,
    ]);
  },
};

const hostNamespaces: Check = {
  id: "hostNamespaces",
  since: 0,
  find({ spec }) {
    const shared = (["hostNetwork", "hostPID", "hostIPC"] as const).filter((field) => spec[field] === true);
    if (shared.length === 0) return undefined;
    return { reason: "host namespaces", detail: shared.map((field) => `${field}=true`).join(", ") };
  },
};

const hostPathVolumes: Check = {
  id: "hostPathVolumes",
  since: 0,
  find({ spec }) {
    const names = (spec.volumes ?? []).filter(({ hostPath }) => hostPath !== undefined).map(({ name }) => name);
    const word = names.length === 1 ? "volume" : "volumes";
    return violation("hostPath volumes", [names.length > 0 ? `${word} ${quoted(names)}` : undefined]);
  },
};

const hostPorts: Check = {
  id: "hostPorts",
  since: 0,
  find(pod) {
    const portsOf = ({ ports = [] }: ReturnType<typeof allContainers>[number]) =>
      ports.map(({ hostPort = 0 }) => hostPort).filter((port) => port !== 0);
    const offenders = allContainers(pod).filter((container) => portsOf(container).length > 0);
    if (offenders.length === 0) return undefined;
    const ports = [...new Set(offenders.flatMap(portsOf))].sort((a, b) => a - b);
    const uses = offenders.length === 1 ? "uses" : "use";
    const word = ports.length === 1 ? "hostPort" : "hostPorts";
    const who = containersText(offenders.map(({ name }) => name));
    return violation("hostPort", [`${who} ${uses} ${word} ${ports.join(", ")}`]);
  },
};

const hostProbes: Check = {
  id: "hostProbesAndHostLifecycle",
  since: 34,
  find(pod) {
    const names = namesOf(pod, ({ livenessProbe, readinessProbe, startupProbe, lifecycle }) =>
      [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop].some(
        (action) => isElsewhere(action?.httpGet?.host) || isElsewhere(action?.tcpSocket?.host),
      ),
    );
    return violation("probe or lifecycle host", [mustNotSet(names, "host in a probe or a lifecycle hook")]);
  },
};

function isElsewhere(host: string | undefined): boolean {
  return host !== undefined && host !== "";
}

const hostProcess: Check = {
  id: "windowsHostProcess",
  since: 0,
  find(pod) {
    const names = namesOf(pod, ({ securityContext }) => securityContext?.windowsOptions?.hostProcess);
    const ofPod = pod.spec.securityContext.windowsOptions?.hostProcess === true;
    const what = "securityContext.windowsOptions.hostProcess=true";
    return violation("hostProcess", [ofPod ? `pod must not set ${what}` : undefined, mustNotSet(names, what)]);
  },
};

const privileged: Check = {
  id: "privileged",
  since: 0,
  find(pod) {
    const names = namesOf(pod, ({ securityContext }) => securityContext?.privileged);
    return violation("privileged", [mustNotSet(names, "securityContext.privileged=true")]);
  },
};

const procMount: Check = {
  id: "procMount",
  since: 0,
  find(pod) {
    const isOpen = (type: string | undefined) => type !== undefined && type !== "" && type !== "Default";
    const names = namesOf(pod, ({ securityContext }) => isOpen(securityContext?.procMount));
    return violation("procMount", [mustNotSet(names, 'securityContext.procMount to anything but "Default"')]);
  },
};

const seLinux: Check = {
  id: "seLinuxOptions",
  since: 0,
  find(pod) {
    const isOdd = (options: (typeof pod.spec.securityContext)["seLinuxOptions"]) =>
      options !== undefined &&
      (!allowedSeLinuxTypes.has(options.type ?? "") || (options.user ?? "") !== "" || (options.role ?? "") !== "");
    const names = namesOf(pod, ({ securityContext }) => isOdd(securityContext?.seLinuxOptions));
    const set = "set forbidden securityContext.seLinuxOptions: type, user or role";
    return violation("seLinuxOptions", [
      isOdd(pod.spec.securityContext.seLinuxOptions) ? `pod ${set}` : undefined,
      names.length > 0 ? `${containersText(names)} ${set}` : undefined,
    ]);
  },
};

const seccomp: Check = {
  id: "seccompProfile_baseline",
  since: 19,
  find(pod) {
    const isOpen = (type: string | undefined) => type === "Unconfined";
    const names = namesOf(pod, ({ securityContext }) => isOpen(securityContext?.seccompProfile?.type));
    const what = 'securityContext.seccompProfile.type to "Unconfined"';
    const ofPod = isOpen(pod.spec.securityContext.seccompProfile?.type);
    return violation("seccompProfile", [ofPod ? `pod must not set ${what}` : undefined, mustNotSet(names, what)]);
  },
};

const sysctls: Check = {
  id: "sysctls",
  since: 0,
  find({ spec }) {
    const forbidden = (spec.securityContext.sysctls ?? [])
      .map(({ name }) => name)
      .filter((name) => !allowedSysctls.has(name));
    return violation("forbidden sysctls", [forbidden.length > 0 ? forbidden.join(", ") : undefined]);
  },
};

/** In the order in which findings are told. */
export const baselineChecks: readonly Check[] = [
  appArmor,
  capabilities,
  hostNamespaces,
  hostPathVolumes,
  hostPorts,
  hostProbes,
  privileged,
  procMount,
  seLinux,
  seccomp,
  sysctls,
  hostProcess,
];
