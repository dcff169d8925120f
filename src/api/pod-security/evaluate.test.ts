/** The fields and values that the Pod Security Standards name, allowed and forbidden. */
import { describe, expect, it } from "vitest";
import { podSchema } from "../kinds/pod.ts";
import { type PodSecurityPolicy, podSecurityViolations, violationsText } from "./evaluate.ts";

interface Parts {
  readonly pod?: object;
  readonly podContext?: object;
  readonly container?: object;
  readonly context?: object;
  readonly annotations?: Record<string, string>;
}

/** A pod that the restricted level allows, but for what `parts` change. */
function podOf({ pod, podContext, container, context, annotations }: Parts) {
  return podSchema.parse({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "x", annotations },
    spec: {
      securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" }, ...podContext },
      containers: [
        {
          name: "c",
          image: "i",
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] }, ...context },
          ...container,
        },
      ],
      ...pod,
    },
  });
}

const judge = (parts: Parts, level: PodSecurityPolicy["level"], version: PodSecurityPolicy["version"] = "latest") =>
  violationsText(podSecurityViolations(podOf(parts), { level, version }));

const port = (hostPort: number) => ({ container: { ports: [{ containerPort: 80, hostPort }] } });
const volume = (source: object) => ({ pod: { volumes: [{ name: "v", ...source }] } });
const appArmor = (value: string) => ({
  annotations: { "container.apparmor.security.beta.kubernetes.io/c": value },
});
const added = (...add: string[]) => ({ context: { capabilities: { drop: ["ALL"], add } } });
const sysctl = (name: string) => ({ podContext: { sysctls: [{ name, value: "1" }] } });

describe("the baseline level", () => {
  it.each<[string, Parts]>([
    ["a windows pod on its host", { podContext: { windowsOptions: { hostProcess: true } } }],
    ["a windows container on its host", { context: { windowsOptions: { hostProcess: true } } }],
    ["hostNetwork", { pod: { hostNetwork: true } }],
    ["hostPID", { pod: { hostPID: true } }],
    ["hostIPC", { pod: { hostIPC: true } }],
    ["privileged containers", { context: { privileged: true } }],
    ["SYS_ADMIN", added("SYS_ADMIN")],
    ["NET_RAW", added("NET_RAW")],
    ["ALL capabilities", added("ALL")],
    ["a hostPath", volume({ hostPath: { path: "/etc" } })],
    ["a hostPort", port(8080)],
    ["an unconfined AppArmor annotation", appArmor("unconfined")],
    ["an unconfined AppArmor profile", { context: { appArmorProfile: { type: "Unconfined" } } }],
    ["an unconfined AppArmor profile of the pod", { podContext: { appArmorProfile: { type: "Unconfined" } } }],
    ["a SELinux type", { context: { seLinuxOptions: { type: "spc_t" } } }],
    ["a SELinux user", { podContext: { seLinuxOptions: { user: "root" } } }],
    ["a SELinux role", { context: { seLinuxOptions: { role: "sysadm_r" } } }],
    ["an unmasked /proc", { context: { procMount: "Unmasked" } }],
    ["unconfined seccomp", { context: { seccompProfile: { type: "Unconfined" } } }],
    ["unconfined seccomp of the pod", { podContext: { seccompProfile: { type: "Unconfined" } } }],
    ["a sysctl of the board", sysctl("kernel.msgmax")],
    ["a probe of another host", { container: { livenessProbe: { httpGet: { host: "10.0.0.1", port: 80 } } } }],
  ])("forbids %s", (_, parts) => {
    expect(judge(parts, "baseline")).not.toBe("");
    expect(judge(parts, "restricted")).not.toBe("");
    expect(judge(parts, "privileged")).toBe("");
  });

  it.each<[string, Parts]>([
    ["nothing special", {}],
    ["default capabilities", added("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD")],
    ["more default capabilities", added("NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT")],
    ["AppArmor's default", appArmor("runtime/default")],
    ["AppArmor of the board", appArmor("localhost/mine")],
    ["AppArmor's default profile", { context: { appArmorProfile: { type: "RuntimeDefault" } } }],
    ["SELinux types of containers", { context: { seLinuxOptions: { type: "container_kvm_t", level: "s0" } } }],
    ["the default /proc", { context: { procMount: "Default" } }],
    ["seccomp of the board", { context: { seccompProfile: { type: "Localhost", localhostProfile: "p" } } }],
    ["sysctls of the pod alone", sysctl("net.ipv4.tcp_keepalive_time")],
    ["root", { podContext: { runAsNonRoot: false }, context: { runAsUser: 0 } }],
    ["escalation", { context: { allowPrivilegeEscalation: true } }],
    ["a network volume", volume({ nfs: { server: "s", path: "/" } })],
  ])("allows %s", (_, parts) => {
    expect(judge(parts, "baseline")).toBe("");
  });
});

describe("the restricted level", () => {
  it.each<[string, Parts, string]>([
    [
      "escalation",
      { context: { allowPrivilegeEscalation: undefined } },
      'allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false)',
    ],
    [
      "kept capabilities",
      { context: { capabilities: { drop: ["NET_RAW"] } } },
      'unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"])',
    ],
    [
      "added capabilities",
      added("CHOWN"),
      'unrestricted capabilities (container "c" must not include "CHOWN" in securityContext.capabilities.add)',
    ],
    [
      "hostPath, once",
      volume({ hostPath: { path: "/etc" } }),
      'restricted volume types (volume "v" uses restricted volume type "hostPath")',
    ],
    [
      "network volumes",
      volume({ nfs: { server: "s", path: "/" } }),
      'restricted volume types (volume "v" uses restricted volume type "nfs")',
    ],
    [
      "root that nobody ruled out",
      { podContext: { runAsNonRoot: undefined } },
      'runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true)',
    ],
    [
      "root that a container wants",
      { context: { runAsNonRoot: false } },
      'runAsNonRoot != true (container "c" must not set securityContext.runAsNonRoot=false)',
    ],
    ["user 0", { podContext: { runAsUser: 0 } }, "runAsUser=0 (pod must not set runAsUser=0)"],
    [
      "seccomp that nobody chose",
      { podContext: { seccompProfile: undefined } },
      'seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    ],
    [
      "host namespaces",
      { pod: { hostNetwork: true, hostPID: true } },
      "host namespaces (hostNetwork=true, hostPID=true)",
    ],
  ])("forbids %s, in Kubernetes' words", (_, parts, words) => {
    expect(judge(parts, "restricted")).toBe(words);
  });

  it.each<[string, Parts]>([
    ["a pod that shed everything", {}],
    ["NET_BIND_SERVICE", added("NET_BIND_SERVICE")],
    [
      "containers that say it themselves",
      {
        podContext: { runAsNonRoot: undefined, seccompProfile: undefined },
        context: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
      },
    ],
    ["configMap", volume({ configMap: { name: "c" } })],
    ["csi", volume({ csi: { driver: "d" } })],
    ["downwardAPI", volume({ downwardAPI: {} })],
    ["emptyDir", volume({ emptyDir: {} })],
    ["ephemeral", volume({ ephemeral: {} })],
    ["persistentVolumeClaim", volume({ persistentVolumeClaim: { claimName: "c" } })],
    ["projected", volume({ projected: { sources: [] } })],
    ["secret", volume({ secret: { secretName: "s" } })],
  ])("allows %s", (_, parts) => {
    expect(judge(parts, "restricted")).toBe("");
  });

  it("judges init and ephemeral containers as well", () => {
    const rogue = { name: "r", image: "i", securityContext: { privileged: true } };
    expect(judge({ pod: { initContainers: [rogue] } }, "baseline")).toBe(
      'privileged (container "r" must not set securityContext.privileged=true)',
    );
    expect(judge({ pod: { ephemeralContainers: [rogue] } }, "baseline")).not.toBe("");
  });

  it("asks of an older version what that version asked", () => {
    const parts = { podContext: { runAsUser: 0 }, context: { capabilities: undefined } };
    expect(judge(parts, "restricted", 21)).toBe("");
    expect(judge(parts, "restricted", 22)).toMatch(/^unrestricted capabilities \(.*\)$/);
    expect(judge(parts, "restricted", 23)).toMatch(/runAsUser=0/);
  });
});
