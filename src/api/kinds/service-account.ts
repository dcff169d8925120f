import type { z } from "zod";
import { objectMetaSchema } from "../meta/object-meta.ts";
import { define, definitionPrefix, flag, mergeList } from "../meta/schema.ts";
import { typeMeta } from "../meta/type-meta.ts";
import { imagePullSecretsSchema, objectReferenceSchema } from "./references.ts";

export const serviceAccountSchema = define(
  `${definitionPrefix.core}.ServiceAccount`,
  "Whom the processes of a pod act as towards the API.",
  {
    ...typeMeta("v1", "ServiceAccount"),
    metadata: objectMetaSchema,
    secrets: mergeList(objectReferenceSchema, "name").optional(),
    imagePullSecrets: imagePullSecretsSchema,
    automountServiceAccountToken: flag,
  },
  { imagePullSecrets: "Secrets to fetch images with, for the pods of this account." },
);
export type ServiceAccount = z.infer<typeof serviceAccountSchema>;
