import { z } from "zod";
import { defineResource } from "../define-resource.ts";
import { objectMetaSchema } from "../meta/object-meta.ts";
import { define, definitionPrefix, flag, mergeSet, requiredText, text } from "../meta/schema.ts";
import { typeMeta } from "../meta/type-meta.ts";
import type { Resource } from "../resource.ts";
import { nodeColumns } from "./node-columns.ts";
import { nodeStatusSchema } from "./node-status.ts";
import { taintSchema } from "./taint.ts";
import { validateNode, validateNodeUpdate } from "./validate-node.ts";

const prefix = definitionPrefix.core;

export const nodeSchema = define(
  `${prefix}.Node`,
  "A board of the fleet.",
  {
    ...typeMeta("v1", "Node"),
    metadata: objectMetaSchema,
    spec: define(
      `${prefix}.NodeSpec`,
      "How the fleet uses the board.",
      {
        podCIDR: text,
        podCIDRs: mergeSet(requiredText).optional(),
        providerID: text,
        unschedulable: flag,
        taints: z.array(taintSchema).optional(),
        configSource: define(`${prefix}.NodeConfigSource`, "No longer used.", {
          configMap: define(`${prefix}.ConfigMapNodeConfigSource`, "No longer used.", {
            namespace: requiredText,
            name: requiredText,
            uid: text,
            resourceVersion: text,
            kubeletConfigKey: requiredText,
          }).optional(),
        }).optional(),
        externalID: text,
      },
      {
        podCIDR: "The addresses of the board's pods.",
        unschedulable: "Keeps new pods away; set by `kubectl cordon`.",
        taints: "Keep pods away that do not tolerate them.",
      },
    ).default({}),
    status: nodeStatusSchema.prefault({}),
  },
  { spec: "What is wished for.", status: "What has become of it; written by the fleet." },
);
export type Node = z.infer<typeof nodeSchema>;

export const nodeResource: Resource<Node> = defineResource<Node>({
  group: "",
  version: "v1",
  kind: "Node",
  plural: "nodes",
  shortNames: ["no"],
  namespaced: false,
  schema: nodeSchema,
  subresources: ["proxy"],
  columns: nodeColumns,
  fields: { "spec.unschedulable": ({ spec }) => String(spec.unschedulable ?? false) },
  // A board registers itself together with its status.
  initialStatus: ({ status }) => status,
  validate: validateNode,
  validateUpdate: validateNodeUpdate,
});
