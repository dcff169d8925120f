/** Privileges and identities of pods and their containers. */
import { z } from "zod";
import { define, definitionPrefix, flag, int64, int64Value, requiredText, text, textList } from "../meta/schema.ts";

const prefix = definitionPrefix.core;

const seLinuxOptionsSchema = define(`${prefix}.SELinuxOptions`, "SELinux labels of a container.", {
  user: text,
  role: text,
  type: text,
  level: text,
});

const windowsOptionsSchema = define(`${prefix}.WindowsSecurityContextOptions`, "Settings for Windows containers.", {
  gmsaCredentialSpecName: text,
  gmsaCredentialSpec: text,
  runAsUserName: text,
  hostProcess: flag,
});

const seccompProfileSchema = define(`${prefix}.SeccompProfile`, "Which system calls a container may make.", {
  type: z.enum(["Unconfined", "RuntimeDefault", "Localhost"]),
  localhostProfile: text,
});

const appArmorProfileSchema = define(`${prefix}.AppArmorProfile`, "The AppArmor profile of a container.", {
  type: z.enum(["Unconfined", "RuntimeDefault", "Localhost"]),
  localhostProfile: text,
});

const capabilitiesSchema = define(`${prefix}.Capabilities`, "Kernel capabilities that a container gains or loses.", {
  add: textList,
  drop: textList,
});

export const securityContextSchema = define(
  `${prefix}.SecurityContext`,
  "Privileges and identity of one container; each field overrides the pod's.",
  {
    capabilities: capabilitiesSchema.optional(),
    privileged: flag,
    seLinuxOptions: seLinuxOptionsSchema.optional(),
    windowsOptions: windowsOptionsSchema.optional(),
    runAsUser: int64,
    runAsGroup: int64,
    runAsNonRoot: flag,
    readOnlyRootFilesystem: flag,
    allowPrivilegeEscalation: flag,
    procMount: text,
    seccompProfile: seccompProfileSchema.optional(),
    appArmorProfile: appArmorProfileSchema.optional(),
  },
  {
    privileged: "Gives the container everything that the board's root may do.",
    runAsUser: "The user id of the container's first process; the image's user where absent.",
    runAsNonRoot: "Refuses to start the container as user 0.",
    readOnlyRootFilesystem: "Mounts the container's root file system read-only.",
    allowPrivilegeEscalation: "Whether a process may gain more privileges than its parent.",
  },
);
export type SecurityContext = z.infer<typeof securityContextSchema>;

export const podSecurityContextSchema = define(
  `${prefix}.PodSecurityContext`,
  "Privileges and identity that all containers of a pod share.",
  {
    seLinuxOptions: seLinuxOptionsSchema.optional(),
    windowsOptions: windowsOptionsSchema.optional(),
    runAsUser: int64,
    runAsGroup: int64,
    runAsNonRoot: flag,
    supplementalGroups: z.array(int64Value).optional(),
    supplementalGroupsPolicy: text,
    fsGroup: int64,
    sysctls: z
      .array(define(`${prefix}.Sysctl`, "A kernel parameter of the pod.", { name: requiredText, value: z.string() }))
      .optional(),
    fsGroupChangePolicy: text,
    seccompProfile: seccompProfileSchema.optional(),
    appArmorProfile: appArmorProfileSchema.optional(),
    seLinuxChangePolicy: text,
  },
  { fsGroup: "The group that owns the pod's volumes.", supplementalGroups: "Further groups of every first process." },
);
export type PodSecurityContext = z.infer<typeof podSecurityContextSchema>;
