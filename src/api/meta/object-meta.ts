/** What every stored object says about itself. */
import { z } from "zod";
import {
  atomic,
  define,
  definitionPrefix,
  filledMap,
  flag,
  int64,
  mapOf,
  mergeList,
  mergeSet,
  requiredText,
  text,
} from "./schema.ts";
import { time } from "./time.ts";

const prefix = definitionPrefix.machinery;

const ownerReferenceSchema = atomic(
  define(
    `${prefix}.OwnerReference`,
    "The object that an object belongs to and vanishes with.",
    {
      apiVersion: requiredText,
      kind: requiredText,
      name: requiredText,
      uid: requiredText,
      controller: flag,
      blockOwnerDeletion: flag,
    },
    { controller: "Whether the owner is the controller that manages the object." },
  ),
);
export type OwnerReference = z.infer<typeof ownerReferenceSchema>;

const managedFieldsEntrySchema = define(`${prefix}.ManagedFieldsEntry`, "Which fields a field manager set.", {
  manager: text,
  operation: text,
  apiVersion: text,
  time,
  fieldsType: text,
  fieldsV1: mapOf(z.unknown()).optional(),
  subresource: text,
});

const shared = {
  generateName: text,
  namespace: text,
  selfLink: text,
  uid: text,
  resourceVersion: text,
  generation: int64,
  creationTimestamp: time,
  deletionTimestamp: time,
  deletionGracePeriodSeconds: int64,
  labels: filledMap,
  annotations: filledMap,
  ownerReferences: mergeList(ownerReferenceSchema, "uid").optional(),
  finalizers: mergeSet(z.string()).optional(),
  managedFields: z.array(managedFieldsEntrySchema).optional(),
};
const description = "What the object says about itself: its name, labels, owners and life.";
const fields = {
  name: "The object's name, unique among its kind in its namespace. Cannot be changed.",
  generateName: "A prefix from which the server makes a unique name when none is given.",
  namespace: "The namespace that the object lives in. Cannot be changed.",
  uid: "Identifies this object and never another one, even of the same name.",
  resourceVersion: "Changes with every write; a write that names another version is refused as a conflict.",
  generation: "Counts the changes of the desired state.",
  creationTimestamp: "When the object was created.",
  deletionTimestamp: "When the object is to be gone; set by the server on deletion.",
  deletionGracePeriodSeconds: "How long the object may take to end once it is being deleted.",
  labels: "Keys and values that selectors choose objects by.",
  annotations: "Keys and values for tools and people; never selected by.",
  ownerReferences: "The objects that this one belongs to; when all of them are gone, so is this one.",
  finalizers: "What must still happen before a deleted object is removed.",
  managedFields: "Which tool set which fields, kept by server-side apply.",
};

/** Metadata of a stored object; `name` is empty only while the server has yet to generate it. */
export const objectMetaSchema = define(
  `${prefix}.ObjectMeta`,
  description,
  { name: z.string().default(""), ...shared },
  fields,
);
export type ObjectMeta = z.infer<typeof objectMetaSchema>;

/** Metadata within a template, which names nothing yet. */
export const templateMetaSchema = define(`${prefix}.ObjectMeta`, description, { name: text, ...shared }, fields);
export type TemplateMeta = z.infer<typeof templateMetaSchema>;

/** Any object of the API, seen only as far as every object is alike. */
export interface ApiObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}
