import { z } from "zod";
import { deleteOptionsSchema } from "../meta/delete-options.ts";
import { objectMetaSchema } from "../meta/object-meta.ts";
import { define } from "../meta/schema.ts";

/** The body of `POST …/pods/<name>/eviction`. */
export const evictionSchema = define(
  "io.k8s.api.policy.v1.Eviction",
  "Asks a pod to leave its node, as far as disruption budgets let it.",
  {
    // Clients before 1.22 say v1beta1, and mean the same.
    apiVersion: z.enum(["policy/v1", "policy/v1beta1"]),
    kind: z.literal("Eviction"),
    metadata: objectMetaSchema.prefault({}),
    deleteOptions: deleteOptionsSchema.optional(),
  },
  { deleteOptions: "How the pod is to be deleted." },
);
export type Eviction = z.infer<typeof evictionSchema>;
