/** Stored and admitted objects have been parsed by their kind's schema: their kind says their type. */
import type { CertificateSigningRequest } from "../../api/kinds/certificates/certificate-signing-request.ts";
import type { Namespace } from "../../api/kinds/namespace.ts";
import type { PersistentVolumeClaim } from "../../api/kinds/persistent-volume-claim.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { PodDisruptionBudget } from "../../api/kinds/policy/pod-disruption-budget.ts";
import type { Secret } from "../../api/kinds/secret.ts";
import type { Service } from "../../api/kinds/service.ts";
import type { ServiceAccount } from "../../api/kinds/service-account.ts";
import type { StorageClass } from "../../api/kinds/storage-class.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";

export function isPod(object: ApiObject): object is Pod {
  return object.apiVersion === "v1" && object.kind === "Pod";
}

export function isNamespace(object: ApiObject): object is Namespace {
  return object.apiVersion === "v1" && object.kind === "Namespace";
}

export function isSecret(object: ApiObject): object is Secret {
  return object.apiVersion === "v1" && object.kind === "Secret";
}

export function isClaim(object: ApiObject): object is PersistentVolumeClaim {
  return object.apiVersion === "v1" && object.kind === "PersistentVolumeClaim";
}

export function isStorageClass(object: ApiObject): object is StorageClass {
  return object.apiVersion === "storage.k8s.io/v1" && object.kind === "StorageClass";
}

export function isService(object: ApiObject): object is Service {
  return object.apiVersion === "v1" && object.kind === "Service";
}

export function isServiceAccount(object: ApiObject): object is ServiceAccount {
  return object.apiVersion === "v1" && object.kind === "ServiceAccount";
}

export function isDisruptionBudget(object: ApiObject): object is PodDisruptionBudget {
  return object.apiVersion === "policy/v1" && object.kind === "PodDisruptionBudget";
}

export function isSigningRequest(object: ApiObject): object is CertificateSigningRequest {
  return object.apiVersion === "certificates.k8s.io/v1" && object.kind === "CertificateSigningRequest";
}
