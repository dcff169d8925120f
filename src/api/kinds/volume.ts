/** The volumes of a pod and where their content comes from. */
import { z } from "zod";
import { labelSelectorSchema } from "../meta/label-selector.ts";
import { quantitySchema } from "../meta/quantity.ts";
import {
  define,
  definitionPrefix,
  flag,
  int32,
  int32Value,
  int64Value,
  pointerText,
  requiredText,
  text,
} from "../meta/schema.ts";
import { claimTemplateSchema } from "./claim-spec.ts";
import { pullPolicySchema, resourceFieldSelectorSchema } from "./container.ts";
import { keysToPaths, objectFieldSelectorSchema } from "./references.ts";
import { podNetworkVolumeSources } from "./volume-network.ts";

const prefix = definitionPrefix.core;

/** Permission bits 0644. */
const defaultMode = int32Value.default(0o644);

export const hostPathVolumeSourceSchema = define(
  `${prefix}.HostPathVolumeSource`,
  "A path of the board itself.",
  { path: requiredText, type: z.string().default("") },
  { type: "What must be there: DirectoryOrCreate, Directory, FileOrCreate, File, Socket, CharDevice, BlockDevice." },
);

const downwardApiFileSchema = define(`${prefix}.DownwardAPIVolumeFile`, "A field of the pod as a file.", {
  path: requiredText,
  fieldRef: objectFieldSelectorSchema.optional(),
  resourceFieldRef: resourceFieldSelectorSchema.optional(),
  mode: int32,
});
export type DownwardApiFile = z.infer<typeof downwardApiFileSchema>;
const downwardApiFiles = z.array(downwardApiFileSchema).optional();

const projectionSchema = define(`${prefix}.VolumeProjection`, "One of several sources that share a directory.", {
  secret: define(`${prefix}.SecretProjection`, "Keys of a Secret.", {
    name: text,
    items: keysToPaths,
    optional: flag,
  }).optional(),
  downwardAPI: define(`${prefix}.DownwardAPIProjection`, "Fields of the pod.", { items: downwardApiFiles }).optional(),
  configMap: define(`${prefix}.ConfigMapProjection`, "Keys of a ConfigMap.", {
    name: text,
    items: keysToPaths,
    optional: flag,
  }).optional(),
  serviceAccountToken: define(`${prefix}.ServiceAccountTokenProjection`, "A token of the pod's service account.", {
    audience: text,
    expirationSeconds: int64Value.default(3600),
    path: requiredText,
  }).optional(),
  clusterTrustBundle: define(`${prefix}.ClusterTrustBundleProjection`, "Certificates to trust.", {
    name: pointerText,
    signerName: pointerText,
    labelSelector: labelSelectorSchema.optional(),
    optional: flag,
    path: requiredText,
  }).optional(),
});
export type VolumeProjection = z.infer<typeof projectionSchema>;

const sources = {
  hostPath: hostPathVolumeSourceSchema.optional(),
  emptyDir: define(
    `${prefix}.EmptyDirVolumeSource`,
    "An empty directory that lives as long as its pod.",
    { medium: text, sizeLimit: quantitySchema.optional() },
    { medium: "Memory keeps the directory in memory.", sizeLimit: "The most the directory may hold." },
  ).optional(),
  gitRepo: define(`${prefix}.GitRepoVolumeSource`, "A checkout of a Git repository.", {
    repository: requiredText,
    revision: text,
    directory: text,
  }).optional(),
  secret: define(
    `${prefix}.SecretVolumeSource`,
    "A Secret whose keys are files.",
    { secretName: text, items: keysToPaths, defaultMode, optional: flag },
    { items: "Which keys appear, and under which path; all of them where absent." },
  ).optional(),
  persistentVolumeClaim: define(`${prefix}.PersistentVolumeClaimVolumeSource`, "The volume of a claim.", {
    claimName: requiredText,
    readOnly: flag,
  }).optional(),
  downwardAPI: define(`${prefix}.DownwardAPIVolumeSource`, "Fields of the pod as files.", {
    items: downwardApiFiles,
    defaultMode,
  }).optional(),
  configMap: define(
    `${prefix}.ConfigMapVolumeSource`,
    "A ConfigMap whose keys are files.",
    { name: text, items: keysToPaths, defaultMode, optional: flag },
    { items: "Which keys appear, and under which path; all of them where absent." },
  ).optional(),
  projected: define(`${prefix}.ProjectedVolumeSource`, "Several sources in one directory.", {
    sources: z.array(projectionSchema).optional(),
    defaultMode,
  }).optional(),
  ephemeral: define(`${prefix}.EphemeralVolumeSource`, "A claim that is made for the pod and vanishes with it.", {
    volumeClaimTemplate: claimTemplateSchema.optional(),
  }).optional(),
  image: define(`${prefix}.ImageVolumeSource`, "The files of an image.", {
    reference: text,
    pullPolicy: pullPolicySchema.optional(),
  }).optional(),
  ...podNetworkVolumeSources,
};

export const volumeSourceNames: readonly string[] = Object.keys(sources);

/** A volume without any source is an empty directory, as in Kubernetes. */
function withSource<V extends object>(volume: V): V {
  const hasSource = volumeSourceNames.some((name) => Object.hasOwn(volume, name));
  return hasSource ? volume : { ...volume, emptyDir: {} };
}

export const volumeSchema = define(
  `${prefix}.Volume`,
  "A directory that the containers of a pod can mount; exactly one source says what is in it.",
  { name: requiredText, ...sources },
  {
    name: "The volume's name, a DNS label, unique within its pod.",
    hostPath: "A path of the board itself.",
    emptyDir: "An empty directory that lives as long as the pod.",
    secret: "A Secret whose keys are files.",
    configMap: "A ConfigMap whose keys are files.",
    persistentVolumeClaim: "The volume of a claim in the pod's namespace.",
    projected: "Several sources in one directory.",
    downwardAPI: "Fields of the pod as files.",
  },
).overwrite(withSource);
export type Volume = z.infer<typeof volumeSchema>;
