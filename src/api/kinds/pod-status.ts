/** What became of a pod, as its board reports it. */
import { z } from "zod";
import { conditionStatusSchema } from "../meta/condition.ts";
import {
  define,
  definitionPrefix,
  flag,
  int32,
  int32Value,
  int64,
  int64Value,
  mergeList,
  requiredText,
  text,
} from "../meta/schema.ts";
import { time } from "../meta/time.ts";
import { resourceList, resourceRequirementsSchema } from "./resource-requirements.ts";

const prefix = definitionPrefix.core;

const podPhaseSchema = z.enum(["Pending", "Running", "Succeeded", "Failed", "Unknown"]);
export type PodPhase = z.infer<typeof podPhaseSchema>;

const podConditionSchema = define(`${prefix}.PodCondition`, "A fact about a pod.", {
  type: requiredText,
  observedGeneration: int64,
  status: conditionStatusSchema,
  lastProbeTime: time,
  lastTransitionTime: time,
  reason: text,
  message: text,
});
export type PodCondition = z.infer<typeof podConditionSchema>;

const containerStateSchema = define(`${prefix}.ContainerState`, "Waiting, running or terminated; at most one.", {
  waiting: define(`${prefix}.ContainerStateWaiting`, "Why the container does not run yet.", {
    reason: text,
    message: text,
  }).optional(),
  running: define(`${prefix}.ContainerStateRunning`, "Since when the container runs.", { startedAt: time }).optional(),
  terminated: define(`${prefix}.ContainerStateTerminated`, "How the container ended.", {
    exitCode: int32Value,
    signal: int32,
    reason: text,
    message: text,
    startedAt: time,
    finishedAt: time,
    containerID: text,
  }).optional(),
});
export type ContainerState = z.infer<typeof containerStateSchema>;

const containerStatusSchema = define(`${prefix}.ContainerStatus`, "What became of one container.", {
  name: requiredText,
  state: containerStateSchema.default({}),
  lastState: containerStateSchema.default({}),
  ready: z.boolean(),
  restartCount: int32Value,
  image: z.string(),
  imageID: z.string(),
  containerID: text,
  started: flag,
  allocatedResources: resourceList,
  resources: resourceRequirementsSchema.optional(),
  volumeMounts: mergeList(
    define(`${prefix}.VolumeMountStatus`, "A mount as it is.", {
      name: requiredText,
      mountPath: requiredText,
      readOnly: flag,
      recursiveReadOnly: text,
    }),
    "mountPath",
  ).optional(),
  user: define(`${prefix}.ContainerUser`, "Whom the container's first process runs as.", {
    linux: define(`${prefix}.LinuxContainerUser`, "User and groups.", {
      uid: int64Value,
      gid: int64Value,
      supplementalGroups: z.array(int64Value).optional(),
    }).optional(),
  }).optional(),
  stopSignal: text,
});
export type ContainerStatus = z.infer<typeof containerStatusSchema>;
const containerStatuses = z.array(containerStatusSchema).optional();

export const podStatusSchema = define(
  `${prefix}.PodStatus`,
  "What became of a pod.",
  {
    observedGeneration: int64,
    phase: podPhaseSchema.optional(),
    conditions: mergeList(podConditionSchema, "type").optional(),
    message: text,
    reason: text,
    nominatedNodeName: text,
    hostIP: text,
    hostIPs: mergeList(define(`${prefix}.HostIP`, "An address of the pod's node.", { ip: requiredText }), "ip", {
      listType: "atomic",
    }).optional(),
    podIP: text,
    podIPs: mergeList(define(`${prefix}.PodIP`, "An address of the pod.", { ip: requiredText }), "ip").optional(),
    startTime: time,
    initContainerStatuses: containerStatuses,
    containerStatuses,
    qosClass: z.enum(["Guaranteed", "Burstable", "BestEffort"]).optional(),
    ephemeralContainerStatuses: containerStatuses,
    resize: text,
    resourceClaimStatuses: mergeList(
      define(`${prefix}.PodResourceClaimStatus`, "What became of a claim of a device.", {
        name: requiredText,
        resourceClaimName: text,
      }),
      "name",
      { retainKeys: true },
    ).optional(),
  },
  {
    phase: "Pending, Running, Succeeded, Failed or Unknown.",
    podIP: "The pod's address, reachable from every board and pod.",
    hostIP: "The address of the pod's board.",
  },
);
export type PodStatus = z.infer<typeof podStatusSchema>;
