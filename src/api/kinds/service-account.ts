import { z } from "zod";
import { defineResource } from "../define-resource.ts";
import { objectMetaSchema } from "../meta/object-meta.ts";
import { define, definitionPrefix, flag, mergeList } from "../meta/schema.ts";
import { typeMeta } from "../meta/type-meta.ts";
import { ageColumn, nameColumn } from "../printing.ts";
import type { Resource } from "../resource.ts";
import { localObjectReferenceSchema, objectReferenceSchema } from "./references.ts";

const serviceAccountSchema = define(
  `${definitionPrefix.core}.ServiceAccount`,
  "Whom the processes of a pod act as towards the API.",
  {
    ...typeMeta("v1", "ServiceAccount"),
    metadata: objectMetaSchema,
    secrets: mergeList(objectReferenceSchema, "name").optional(),
    imagePullSecrets: z.array(localObjectReferenceSchema).optional(),
    automountServiceAccountToken: flag,
  },
  { imagePullSecrets: "Secrets to fetch images with, for the pods of this account." },
);
export type ServiceAccount = z.infer<typeof serviceAccountSchema>;

export const serviceAccountResource: Resource<ServiceAccount> = defineResource<ServiceAccount>({
  group: "",
  version: "v1",
  kind: "ServiceAccount",
  plural: "serviceaccounts",
  shortNames: ["sa"],
  namespaced: true,
  schema: serviceAccountSchema,
  subresources: ["token"],
  columns: [
    nameColumn,
    {
      name: "Secrets",
      description: "How many secrets the account has.",
      cell: ({ secrets = [] }) => `${secrets.length}`,
    },
    ageColumn,
  ],
});
