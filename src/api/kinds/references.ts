/** The ways in which one object points at another, and selectors of keys within them. */
import { z } from "zod";
import { atomic, define, definitionPrefix, flag, int32, mergeList, requiredText, text } from "../meta/schema.ts";

const prefix = definitionPrefix.core;

export const objectReferenceSchema = atomic(
  define(`${prefix}.ObjectReference`, "Points at one object of any kind.", {
    kind: text,
    namespace: text,
    name: text,
    uid: text,
    apiVersion: text,
    resourceVersion: text,
    fieldPath: text,
  }),
);
export type ObjectReference = z.infer<typeof objectReferenceSchema>;

export const localObjectReferenceSchema = atomic(
  define(`${prefix}.LocalObjectReference`, "Points at an object in the same namespace by its name.", { name: text }),
);

export const secretReferenceSchema = atomic(
  define(`${prefix}.SecretReference`, "Points at a Secret in any namespace.", {
    name: text,
    namespace: text,
  }),
);

export const typedLocalObjectReferenceSchema = atomic(
  define(`${prefix}.TypedLocalObjectReference`, "Points at an object of any kind in the same namespace.", {
    apiGroup: z.string().optional(),
    kind: requiredText,
    name: requiredText,
  }),
);

export const typedObjectReferenceSchema = define(`${prefix}.TypedObjectReference`, "Points at an object of any kind.", {
  apiGroup: z.string().optional(),
  kind: requiredText,
  name: requiredText,
  namespace: z.string().optional(),
});

export const objectFieldSelectorSchema = atomic(
  define(
    `${prefix}.ObjectFieldSelector`,
    "Selects a field of the pod itself.",
    { apiVersion: z.string().min(1).default("v1"), fieldPath: requiredText },
    { fieldPath: "The field's path: `metadata.name`, `status.podIP`." },
  ),
);

/** One key of a ConfigMap or a Secret; the definition differs only by name. */
export const configMapKeySelectorSchema = atomic(
  define(`${prefix}.ConfigMapKeySelector`, "Selects a key of a ConfigMap.", {
    name: text,
    key: requiredText,
    optional: flag,
  }),
);
export const secretKeySelectorSchema = atomic(
  define(`${prefix}.SecretKeySelector`, "Selects a key of a Secret.", {
    name: text,
    key: requiredText,
    optional: flag,
  }),
);

const keyToPathSchema = define(
  `${prefix}.KeyToPath`,
  "Maps a key to a file.",
  { key: requiredText, path: requiredText, mode: int32 },
  {
    path: "The file's path within the volume.",
    mode: "Permission bits of the file, in place of the volume's default.",
  },
);
export const keysToPaths = z.array(keyToPathSchema).optional();

export const imagePullSecretsSchema = mergeList(localObjectReferenceSchema, "name").optional();
