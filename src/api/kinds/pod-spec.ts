/** What a pod shall be: its containers, volumes and place. */
import { z } from "zod";
import {
  atomicMap,
  define,
  definitionPrefix,
  flag,
  int32,
  int64,
  int64Value,
  mergeList,
  pointerText,
  requiredText,
  text,
  textList,
} from "../meta/schema.ts";
import { affinitySchema, tolerationSchema, topologySpreadConstraintSchema } from "./affinity.ts";
import { type Container, containerSchema, ephemeralContainerSchema } from "./container.ts";
import { imagePullSecretsSchema } from "./references.ts";
import { resourceList, resourceRequirementsSchema } from "./resource-requirements.ts";
import { podSecurityContextSchema } from "./security-context.ts";
import { volumeSchema } from "./volume.ts";

const prefix = definitionPrefix.core;

/** The two fields are one: the older name follows the newer. */
function withServiceAccount<S extends { serviceAccountName?: string | undefined; serviceAccount?: string | undefined }>(
  spec: S,
): S {
  const name = spec.serviceAccountName ?? spec.serviceAccount;
  return name === undefined ? spec : { ...spec, serviceAccountName: name, serviceAccount: name };
}

/** On the board's own network, a port of a container is that port of the board. */
function withHostPorts<
  S extends { hostNetwork?: boolean | undefined; containers: Container[]; initContainers?: Container[] | undefined },
>(spec: S): S {
  if (spec.hostNetwork !== true) return spec;
  const onHost = (container: Container): Container => {
    if (container.ports === undefined) return container;
    const ports = container.ports.map((port) => ({ ...port, hostPort: port.hostPort || port.containerPort }));
    return { ...container, ports };
  };
  const { initContainers } = spec;
  return {
    ...spec,
    containers: spec.containers.map(onHost),
    ...(initContainers === undefined ? {} : { initContainers: initContainers.map(onHost) }),
  };
}

export const podSpecSchema = define(
  `${prefix}.PodSpec`,
  "What a pod shall be.",
  {
    volumes: mergeList(volumeSchema, "name", { retainKeys: true }).optional(),
    initContainers: mergeList(containerSchema, "name").optional(),
    containers: mergeList(containerSchema, "name"),
    ephemeralContainers: mergeList(ephemeralContainerSchema, "name").optional(),
    restartPolicy: z.enum(["Always", "OnFailure", "Never"]).default("Always"),
    terminationGracePeriodSeconds: int64Value.default(30),
    activeDeadlineSeconds: int64,
    dnsPolicy: z.enum(["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"]).default("ClusterFirst"),
    nodeSelector: atomicMap,
    serviceAccountName: text,
    serviceAccount: text,
    automountServiceAccountToken: flag,
    nodeName: text,
    hostNetwork: flag,
    hostPID: flag,
    hostIPC: flag,
    shareProcessNamespace: flag,
    securityContext: podSecurityContextSchema.default({}),
    imagePullSecrets: imagePullSecretsSchema,
    hostname: text,
    subdomain: text,
    affinity: affinitySchema.optional(),
    schedulerName: z.string().min(1).default("default-scheduler"),
    tolerations: z.array(tolerationSchema).optional(),
    hostAliases: mergeList(
      define(`${prefix}.HostAlias`, "Names for an address in the pod's hosts file.", {
        ip: requiredText,
        hostnames: textList,
      }),
      "ip",
    ).optional(),
    priorityClassName: text,
    priority: int32,
    dnsConfig: define(`${prefix}.PodDNSConfig`, "Settings of the pod's name resolution.", {
      nameservers: textList,
      searches: textList,
      options: z
        .array(define(`${prefix}.PodDNSConfigOption`, "An option of the resolver.", { name: text, value: pointerText }))
        .optional(),
    }).optional(),
    readinessGates: z
      .array(
        define(`${prefix}.PodReadinessGate`, "A condition that the pod's readiness waits for.", {
          conditionType: requiredText,
        }),
      )
      .optional(),
    runtimeClassName: pointerText,
    enableServiceLinks: z.boolean().default(true),
    preemptionPolicy: text,
    overhead: resourceList,
    topologySpreadConstraints: mergeList(topologySpreadConstraintSchema, "topologyKey", {
      listMapKeys: ["topologyKey", "whenUnsatisfiable"],
    }).optional(),
    setHostnameAsFQDN: flag,
    os: define(`${prefix}.PodOS`, "The operating system the pod is for.", { name: requiredText }).optional(),
    hostUsers: flag,
    schedulingGates: mergeList(
      define(`${prefix}.PodSchedulingGate`, "Keeps the pod from being scheduled.", { name: requiredText }),
      "name",
    ).optional(),
    resourceClaims: mergeList(
      define(`${prefix}.PodResourceClaim`, "A claim of a device for the pod.", {
        name: requiredText,
        resourceClaimName: pointerText,
        resourceClaimTemplateName: pointerText,
      }),
      "name",
      { retainKeys: true },
    ).optional(),
    resources: resourceRequirementsSchema.optional(),
    hostnameOverride: pointerText,
  },
  {
    volumes: "Volumes that the pod's containers can mount.",
    initContainers: "Containers that run one after another, each to its end, before the others start.",
    containers: "The pod's containers; at least one.",
    restartPolicy: "Always, OnFailure or Never.",
    terminationGracePeriodSeconds: "How long the pod's containers may take to end after they are asked to.",
    activeDeadlineSeconds: "How long the pod may run before it is ended as failed.",
    nodeSelector: "Labels that the pod's node must have.",
    serviceAccountName: "The service account that the pod's processes act as.",
    nodeName: "The node that the pod is bound to; set by the scheduler.",
    hostNetwork: "Uses the board's network in place of one of the pod's own.",
    hostname: "The pod's host name; its name where absent.",
    affinity: "Where the pod wants to run.",
    tolerations: "Taints of nodes that the pod bears.",
    imagePullSecrets: "Secrets to fetch the pod's images with.",
    securityContext: "Privileges and identity that all containers of the pod share.",
    priority: "The higher, the sooner the pod is scheduled.",
  },
)
  .overwrite(withServiceAccount)
  .overwrite(withHostPorts);
export type PodSpec = z.infer<typeof podSpecSchema>;
