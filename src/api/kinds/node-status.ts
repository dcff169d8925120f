/** What a board says about itself. */
import { z } from "zod";
import { conditionStatusSchema } from "../meta/condition.ts";
import {
  define,
  definitionPrefix,
  flag,
  int32Value,
  int64,
  mergeList,
  requiredText,
  text,
  textList,
} from "../meta/schema.ts";
import { time } from "../meta/time.ts";
import { resourceList } from "./resource-requirements.ts";

const prefix = definitionPrefix.core;

const nodeConditionSchema = define(`${prefix}.NodeCondition`, "A fact about a node.", {
  type: requiredText,
  status: conditionStatusSchema,
  lastHeartbeatTime: time,
  lastTransitionTime: time,
  reason: text,
  message: text,
});
export type NodeCondition = z.infer<typeof nodeConditionSchema>;

const nodeAddressSchema = define(
  `${prefix}.NodeAddress`,
  "An address or name of a node.",
  { type: requiredText, address: requiredText },
  { type: "Hostname, InternalIP, ExternalIP, InternalDNS or ExternalDNS." },
);
export type NodeAddress = z.infer<typeof nodeAddressSchema>;

const nodeSystemInfoSchema = define(`${prefix}.NodeSystemInfo`, "The software and identity of a board.", {
  machineID: z.string().default(""),
  systemUUID: z.string().default(""),
  bootID: z.string().default(""),
  kernelVersion: z.string().default(""),
  osImage: z.string().default(""),
  containerRuntimeVersion: z.string().default(""),
  kubeletVersion: z.string().default(""),
  kubeProxyVersion: z.string().default(""),
  operatingSystem: z.string().default(""),
  architecture: z.string().default(""),
  swap: define(`${prefix}.NodeSwapStatus`, "Swap space.", { capacity: int64 }).optional(),
});
export type NodeSystemInfo = z.infer<typeof nodeSystemInfoSchema>;

const attachedVolumeSchema = define(`${prefix}.AttachedVolume`, "A volume attached to a node.", {
  name: requiredText,
  devicePath: z.string(),
});

export const nodeStatusSchema = define(
  `${prefix}.NodeStatus`,
  "What a board says about itself.",
  {
    capacity: resourceList,
    allocatable: resourceList,
    phase: text,
    conditions: mergeList(nodeConditionSchema, "type").optional(),
    addresses: mergeList(nodeAddressSchema, "type").optional(),
    daemonEndpoints: define(`${prefix}.NodeDaemonEndpoints`, "Ports of the board's agent.", {
      kubeletEndpoint: define(`${prefix}.DaemonEndpoint`, "A port.", { Port: int32Value }).optional(),
    }).default({}),
    nodeInfo: nodeSystemInfoSchema.prefault({}),
    images: z
      .array(
        define(`${prefix}.ContainerImage`, "An image that the board holds.", { names: textList, sizeBytes: int64 }),
      )
      .optional(),
    volumesInUse: textList,
    volumesAttached: z.array(attachedVolumeSchema).optional(),
    features: define(`${prefix}.NodeFeatures`, "What the board's runtime can do.", {
      supplementalGroupsPolicy: flag,
    }).optional(),
  },
  {
    capacity: "What the board has.",
    allocatable: "What of it pods may use.",
    conditions: "Facts about the board; Ready is the one that counts.",
    addresses: "The board's addresses and names.",
    nodeInfo: "The board's software and identity.",
  },
);
export type NodeStatus = z.infer<typeof nodeStatusSchema>;
