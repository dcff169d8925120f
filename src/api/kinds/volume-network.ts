/** Volumes that come over the network: the sources of pods and of PersistentVolumes that Kubernetes knows. */
import { z } from "zod";
import {
  define,
  definitionPrefix,
  flag,
  int32,
  mapOf,
  requiredText,
  stringMap,
  text,
  textList,
} from "../meta/schema.ts";
import { localObjectReferenceSchema, objectReferenceSchema, secretReferenceSchema } from "./references.ts";

const prefix = definitionPrefix.core;

const nfsVolumeSourceSchema = define(`${prefix}.NFSVolumeSource`, "A directory of an NFS server.", {
  server: requiredText,
  path: requiredText,
  readOnly: flag,
});

const sameForPods = {
  gcePersistentDisk: define(`${prefix}.GCEPersistentDiskVolumeSource`, "A disk of Google's cloud.", {
    pdName: requiredText,
    fsType: text,
    partition: int32,
    readOnly: flag,
  }).optional(),
  awsElasticBlockStore: define(`${prefix}.AWSElasticBlockStoreVolumeSource`, "A disk of Amazon's cloud.", {
    volumeID: requiredText,
    fsType: text,
    partition: int32,
    readOnly: flag,
  }).optional(),
  nfs: nfsVolumeSourceSchema.optional(),
  fc: define(`${prefix}.FCVolumeSource`, "A Fibre Channel disk.", {
    targetWWNs: textList,
    lun: int32,
    fsType: text,
    readOnly: flag,
    wwids: textList,
  }).optional(),
  vsphereVolume: define(`${prefix}.VsphereVirtualDiskVolumeSource`, "A disk of vSphere.", {
    volumePath: requiredText,
    fsType: text,
    storagePolicyName: text,
    storagePolicyID: text,
  }).optional(),
  quobyte: define(`${prefix}.QuobyteVolumeSource`, "A volume of Quobyte.", {
    registry: requiredText,
    volume: requiredText,
    readOnly: flag,
    user: text,
    group: text,
    tenant: text,
  }).optional(),
  azureDisk: define(`${prefix}.AzureDiskVolumeSource`, "A disk of Azure.", {
    diskName: requiredText,
    diskURI: requiredText,
    cachingMode: text,
    fsType: text,
    readOnly: flag,
    kind: text,
  }).optional(),
  photonPersistentDisk: define(`${prefix}.PhotonPersistentDiskVolumeSource`, "A disk of Photon.", {
    pdID: requiredText,
    fsType: text,
  }).optional(),
  portworxVolume: define(`${prefix}.PortworxVolumeSource`, "A volume of Portworx.", {
    volumeID: requiredText,
    fsType: text,
    readOnly: flag,
  }).optional(),
};

/** What some sources call a Secret differs between pods (their own namespace) and PersistentVolumes (any). */
function withSecrets<Secret extends z.ZodType>(secret: Secret, suffix: "VolumeSource" | "PersistentVolumeSource") {
  const secretRef = secret.optional();
  return {
    iscsi: define(`${prefix}.ISCSI${suffix}`, "A disk over iSCSI.", {
      targetPortal: requiredText,
      iqn: requiredText,
      lun: z.int32().default(0),
      iscsiInterface: text,
      fsType: text,
      readOnly: flag,
      portals: textList,
      chapAuthDiscovery: flag,
      chapAuthSession: flag,
      secretRef,
      initiatorName: text,
    }).optional(),
    rbd: define(`${prefix}.RBD${suffix}`, "A block device of Ceph.", {
      monitors: z.array(z.string()),
      image: requiredText,
      fsType: text,
      pool: text,
      user: text,
      keyring: text,
      secretRef,
      readOnly: flag,
    }).optional(),
    flexVolume: define(`${prefix}.Flex${suffix}`, "A volume of a driver of one's own.", {
      driver: requiredText,
      fsType: text,
      secretRef,
      readOnly: flag,
      options: stringMap,
    }).optional(),
    cinder: define(`${prefix}.Cinder${suffix}`, "A disk of OpenStack.", {
      volumeID: requiredText,
      fsType: text,
      readOnly: flag,
      secretRef,
    }).optional(),
    cephfs: define(`${prefix}.CephFS${suffix}`, "A directory of Ceph.", {
      monitors: z.array(z.string()),
      path: text,
      user: text,
      secretFile: text,
      secretRef,
      readOnly: flag,
    }).optional(),
    scaleIO: define(`${prefix}.ScaleIO${suffix}`, "A volume of ScaleIO.", {
      gateway: requiredText,
      system: requiredText,
      secretRef: secret,
      sslEnabled: flag,
      protectionDomain: text,
      storagePool: text,
      storageMode: text,
      volumeName: text,
      fsType: text,
      readOnly: flag,
    }).optional(),
  };
}

export const podNetworkVolumeSources = {
  ...sameForPods,
  ...withSecrets(localObjectReferenceSchema, "VolumeSource"),
  glusterfs: define(`${prefix}.GlusterfsVolumeSource`, "A volume of Gluster.", {
    endpoints: requiredText,
    path: requiredText,
    readOnly: flag,
  }).optional(),
  azureFile: define(`${prefix}.AzureFileVolumeSource`, "A share of Azure.", {
    secretName: requiredText,
    shareName: requiredText,
    readOnly: flag,
  }).optional(),
  flocker: define(`${prefix}.FlockerVolumeSource`, "A volume of Flocker.", {
    datasetName: text,
    datasetUUID: text,
  }).optional(),
  storageos: define(`${prefix}.StorageOSVolumeSource`, "A volume of StorageOS.", {
    volumeName: text,
    volumeNamespace: text,
    fsType: text,
    readOnly: flag,
    secretRef: localObjectReferenceSchema.optional(),
  }).optional(),
  csi: define(`${prefix}.CSIVolumeSource`, "A volume of a CSI driver, which lives as long as its pod.", {
    driver: requiredText,
    readOnly: flag,
    fsType: z.string().optional(),
    volumeAttributes: stringMap,
    nodePublishSecretRef: localObjectReferenceSchema.optional(),
  }).optional(),
};

export const persistentNetworkVolumeSources = {
  ...sameForPods,
  ...withSecrets(secretReferenceSchema, "PersistentVolumeSource"),
  glusterfs: define(`${prefix}.GlusterfsPersistentVolumeSource`, "A volume of Gluster.", {
    endpoints: requiredText,
    path: requiredText,
    readOnly: flag,
    endpointsNamespace: text,
  }).optional(),
  azureFile: define(`${prefix}.AzureFilePersistentVolumeSource`, "A share of Azure.", {
    secretName: requiredText,
    shareName: requiredText,
    readOnly: flag,
    secretNamespace: text,
  }).optional(),
  flocker: podNetworkVolumeSources.flocker,
  storageos: define(`${prefix}.StorageOSPersistentVolumeSource`, "A volume of StorageOS.", {
    volumeName: text,
    volumeNamespace: text,
    fsType: text,
    readOnly: flag,
    secretRef: objectReferenceSchema.optional(),
  }).optional(),
  csi: define(`${prefix}.CSIPersistentVolumeSource`, "A volume of a CSI driver.", {
    driver: requiredText,
    volumeHandle: requiredText,
    readOnly: flag,
    fsType: text,
    volumeAttributes: mapOf(z.string()).optional(),
    controllerPublishSecretRef: secretReferenceSchema.optional(),
    nodeStageSecretRef: secretReferenceSchema.optional(),
    nodePublishSecretRef: secretReferenceSchema.optional(),
    controllerExpandSecretRef: secretReferenceSchema.optional(),
    nodeExpandSecretRef: secretReferenceSchema.optional(),
  }).optional(),
};
