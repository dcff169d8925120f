/** A container of a pod, as wished for. */
import { z } from "zod";
import { quantitySchema } from "../meta/quantity.ts";
import {
  atomic,
  define,
  definitionPrefix,
  flag,
  int32,
  int32Value,
  mergeList,
  requiredText,
  text,
  textList,
} from "../meta/schema.ts";
import { lifecycleSchema, probeSchema } from "./probe.ts";
import { configMapKeySelectorSchema, objectFieldSelectorSchema, secretKeySelectorSchema } from "./references.ts";
import { containerResizePolicySchema, resourceRequirementsSchema } from "./resource-requirements.ts";
import { securityContextSchema } from "./security-context.ts";

const prefix = definitionPrefix.core;

export const pullPolicySchema = z.enum(["Always", "IfNotPresent", "Never"]);
export type PullPolicy = z.infer<typeof pullPolicySchema>;

export const resourceFieldSelectorSchema = atomic(
  define(
    `${prefix}.ResourceFieldSelector`,
    "Selects a limit or a request of a container.",
    { containerName: text, resource: requiredText, divisor: quantitySchema.default("0") },
    { divisor: "The unit in which the amount is given; 1 where it is 0." },
  ),
);

const envVarSchema = define(
  `${prefix}.EnvVar`,
  "An environment variable.",
  {
    name: requiredText,
    value: text,
    valueFrom: define(`${prefix}.EnvVarSource`, "Where a variable's value comes from; exactly one of its fields.", {
      fieldRef: objectFieldSelectorSchema.optional(),
      resourceFieldRef: resourceFieldSelectorSchema.optional(),
      configMapKeyRef: configMapKeySelectorSchema.optional(),
      secretKeyRef: secretKeySelectorSchema.optional(),
    }).optional(),
  },
  {
    value: "The value; `$(NAME)` stands for a variable defined before.",
    valueFrom: "Where the value comes from instead.",
  },
);
export type EnvVar = z.infer<typeof envVarSchema>;

const optionalReference = { name: text, optional: flag };
const envFromSourceSchema = define(
  `${prefix}.EnvFromSource`,
  "A ConfigMap or Secret whose every key becomes a variable.",
  {
    prefix: text,
    configMapRef: define(`${prefix}.ConfigMapEnvSource`, "A ConfigMap.", optionalReference).optional(),
    secretRef: define(`${prefix}.SecretEnvSource`, "A Secret.", optionalReference).optional(),
  },
  { prefix: "Put before every variable's name." },
);
export type EnvFromSource = z.infer<typeof envFromSourceSchema>;

export const protocolSchema = z.enum(["TCP", "UDP", "SCTP"]);

const containerPortSchema = define(
  `${prefix}.ContainerPort`,
  "A port that the container listens on.",
  { name: text, hostPort: int32, containerPort: int32Value, protocol: protocolSchema.default("TCP"), hostIP: text },
  {
    name: "A name that services and probes can use.",
    hostPort: "The port of the board that leads to this one.",
    containerPort: "The port's number on the pod's address.",
  },
);
export type ContainerPort = z.infer<typeof containerPortSchema>;

const volumeMountSchema = define(
  `${prefix}.VolumeMount`,
  "One of the pod's volumes within a container.",
  {
    name: requiredText,
    readOnly: flag,
    recursiveReadOnly: text,
    mountPath: requiredText,
    subPath: text,
    mountPropagation: text,
    subPathExpr: text,
  },
  {
    name: "The name of one of the pod's volumes.",
    mountPath: "Where the volume appears in the container.",
    subPath: "Which path within the volume appears there; its root where absent.",
  },
);
export type VolumeMount = z.infer<typeof volumeMountSchema>;

const volumeDeviceSchema = define(`${prefix}.VolumeDevice`, "A block volume within a container.", {
  name: requiredText,
  devicePath: requiredText,
});

/** `latest`, and an image without a tag, is pulled always; anything else only where it is missing. */
function defaultPullPolicy(image: string): PullPolicy {
  if (image.includes("@")) return "IfNotPresent";
  const tag = image.slice(image.lastIndexOf("/") + 1).split(":")[1];
  return tag === undefined || tag === "latest" ? "Always" : "IfNotPresent";
}

function withPullPolicy<C extends { image?: string | undefined; imagePullPolicy?: PullPolicy | undefined }>(
  container: C,
): C {
  if (container.imagePullPolicy !== undefined) return container;
  return { ...container, imagePullPolicy: defaultPullPolicy(container.image ?? "") };
}

const shape = {
  name: requiredText,
  image: text,
  command: textList,
  args: textList,
  workingDir: text,
  ports: mergeList(containerPortSchema, "containerPort", { listMapKeys: ["containerPort", "protocol"] }).optional(),
  envFrom: z.array(envFromSourceSchema).optional(),
  env: mergeList(envVarSchema, "name").optional(),
  resources: resourceRequirementsSchema.default({}),
  resizePolicy: z.array(containerResizePolicySchema).optional(),
  restartPolicy: text,
  volumeMounts: mergeList(volumeMountSchema, "mountPath").optional(),
  volumeDevices: mergeList(volumeDeviceSchema, "devicePath").optional(),
  livenessProbe: probeSchema.optional(),
  readinessProbe: probeSchema.optional(),
  startupProbe: probeSchema.optional(),
  lifecycle: lifecycleSchema.optional(),
  terminationMessagePath: z.string().default("/dev/termination-log"),
  terminationMessagePolicy: z.enum(["File", "FallbackToLogsOnError"]).default("File"),
  imagePullPolicy: pullPolicySchema.optional(),
  securityContext: securityContextSchema.optional(),
  stdin: flag,
  stdinOnce: flag,
  tty: flag,
};

const fields = {
  name: "The container's name, a DNS label, unique within its pod.",
  image: "The image to run: `registry.example/hello:1.2`.",
  command: "The program to run in place of the image's entrypoint.",
  args: "The program's arguments in place of the image's.",
  workingDir: "The program's working directory; the image's where absent.",
  ports: "Ports that the container listens on.",
  envFrom: "ConfigMaps and Secrets whose keys become variables.",
  env: "Environment variables.",
  resources: "What the container is promised and what it may use at most.",
  restartPolicy: "Always, for an init container that is to keep running beside the pod's containers.",
  volumeMounts: "Where the pod's volumes appear in the container.",
  livenessProbe: "Whether the container is alive; it is restarted when it is not.",
  readinessProbe: "Whether the container can serve; the pod is Ready only when it can.",
  startupProbe: "Whether the container has started; the other probes wait for it.",
  lifecycle: "What is done right after the container's start and right before its end.",
  imagePullPolicy: "Always, IfNotPresent or Never; Always where the image's tag is latest or absent.",
  securityContext: "Privileges and identity of the container.",
  stdin: "Keeps the container's standard input open.",
  tty: "Gives the container a terminal.",
};

export const containerSchema = define(`${prefix}.Container`, "A container of a pod.", shape, fields).overwrite(
  withPullPolicy,
);
export type Container = z.infer<typeof containerSchema>;

export const ephemeralContainerSchema = define(
  `${prefix}.EphemeralContainer`,
  "A container added to a running pod to look into it.",
  { ...shape, targetContainerName: text },
  fields,
).overwrite(withPullPolicy);
export type EphemeralContainer = z.infer<typeof ephemeralContainerSchema>;
