/** Every kind that the API serves, in the order in which discovery lists them, and how to find one. */

import { customResourceDefinitionResource } from "./kinds/apiextensions/custom-resource-definition.ts";
import { controllerRevisionResource } from "./kinds/apps/controller-revision.ts";
import { deploymentResource } from "./kinds/apps/deployment.ts";
import { replicaSetResource } from "./kinds/apps/replica-set.ts";
import { statefulSetResource } from "./kinds/apps/stateful-set.ts";
import {
  alphaSelfSubjectReviewResource,
  betaSelfSubjectReviewResource,
  selfSubjectReviewResource,
} from "./kinds/authentication/self-subject-review.ts";
import { tokenReviewResource } from "./kinds/authentication/token-review.ts";
import { selfSubjectAccessReviewResource } from "./kinds/authorization/self-subject-access-review.ts";
import { selfSubjectRulesReviewResource } from "./kinds/authorization/self-subject-rules-review.ts";
import {
  localSubjectAccessReviewResource,
  subjectAccessReviewResource,
} from "./kinds/authorization/subject-access-review.ts";
import { firstAutoscalerResource } from "./kinds/autoscaling/autoscaler-v1.ts";
import { betaAutoscalerResource } from "./kinds/autoscaling/autoscaler-versions.ts";
import { autoscalerResource } from "./kinds/autoscaling/horizontal-pod-autoscaler.ts";
import { cronJobResource } from "./kinds/batch/cron-job.ts";
import { olderCronJobResource } from "./kinds/batch/cron-job-versions.ts";
import { jobResource } from "./kinds/batch/job.ts";
import { certificateSigningRequestResource } from "./kinds/certificates/certificate-signing-request.ts";
import { configMapResource } from "./kinds/config-map.ts";
import { daemonSetResource } from "./kinds/daemon-set.ts";
import { endpointSliceResource } from "./kinds/discovery/endpoint-slice.ts";
import { olderEndpointSliceResource } from "./kinds/discovery/endpoint-slice-versions.ts";
import { endpointsResource } from "./kinds/endpoints.ts";
import { eventResource } from "./kinds/event.ts";
import { newerEventResource } from "./kinds/event-versions.ts";
import { leaseResource } from "./kinds/lease.ts";
import { limitRangeResource } from "./kinds/limit-range.ts";
import { nodeMetricsResource } from "./kinds/metrics/node-metrics.ts";
import { podMetricsResource } from "./kinds/metrics/pod-metrics.ts";
import { namespaceResource } from "./kinds/namespace.ts";
import { ingressResource } from "./kinds/networking/ingress.ts";
import { ingressClassResource } from "./kinds/networking/ingress-class.ts";
import { networkPolicyResource } from "./kinds/networking/network-policy.ts";
import { runtimeClassResource } from "./kinds/node/runtime-class.ts";
import { nodeResource } from "./kinds/node.ts";
import { persistentVolumeResource } from "./kinds/persistent-volume.ts";
import { persistentVolumeClaimResource } from "./kinds/persistent-volume-claim.ts";
import { podResource } from "./kinds/pod.ts";
import { podTemplateResource } from "./kinds/pod-template-object.ts";
import { podDisruptionBudgetResource } from "./kinds/policy/pod-disruption-budget.ts";
import { olderPodDisruptionBudgetResource } from "./kinds/policy/pod-disruption-budget-versions.ts";
import { clusterRoleResource } from "./kinds/rbac/cluster-role.ts";
import { clusterRoleBindingResource } from "./kinds/rbac/cluster-role-binding.ts";
import { roleResource } from "./kinds/rbac/role.ts";
import { roleBindingResource } from "./kinds/rbac/role-binding.ts";
import { replicationControllerResource } from "./kinds/replication-controller.ts";
import { resourceQuotaResource } from "./kinds/resource-quota.ts";
import { priorityClassResource } from "./kinds/scheduling/priority-class.ts";
import { secretResource } from "./kinds/secret.ts";
import { serviceResource } from "./kinds/service.ts";
import { serviceAccountResource } from "./kinds/service-account.ts";
import { storageClassResource } from "./kinds/storage-class.ts";
import { type AnyResource, apiVersionOfResource } from "./resource.ts";

/** Groups in the order in which short names are looked up: core first. */
export const resources: readonly AnyResource[] = [
  configMapResource,
  endpointsResource,
  eventResource,
  limitRangeResource,
  namespaceResource,
  nodeResource,
  persistentVolumeClaimResource,
  persistentVolumeResource,
  podResource,
  podTemplateResource,
  replicationControllerResource,
  resourceQuotaResource,
  secretResource,
  serviceAccountResource,
  serviceResource,
  controllerRevisionResource,
  daemonSetResource,
  deploymentResource,
  replicaSetResource,
  statefulSetResource,
  newerEventResource,
  selfSubjectReviewResource,
  betaSelfSubjectReviewResource,
  alphaSelfSubjectReviewResource,
  tokenReviewResource,
  localSubjectAccessReviewResource,
  selfSubjectAccessReviewResource,
  selfSubjectRulesReviewResource,
  subjectAccessReviewResource,
  autoscalerResource,
  firstAutoscalerResource,
  betaAutoscalerResource,
  cronJobResource,
  jobResource,
  olderCronJobResource,
  certificateSigningRequestResource,
  ingressClassResource,
  ingressResource,
  networkPolicyResource,
  podDisruptionBudgetResource,
  olderPodDisruptionBudgetResource,
  clusterRoleBindingResource,
  clusterRoleResource,
  roleBindingResource,
  roleResource,
  storageClassResource,
  customResourceDefinitionResource,
  priorityClassResource,
  leaseResource,
  nodeMetricsResource,
  podMetricsResource,
  runtimeClassResource,
  endpointSliceResource,
  olderEndpointSliceResource,
];

/** Each kind that is stored, once, in the version that it is stored in. */
export const storedResources: readonly AnyResource[] = resources.filter(
  ({ conversion, verbs }) => conversion === undefined && verbs.includes("watch"),
);

const byPath = new Map(resources.map((resource) => [`${apiVersionOfResource(resource)}/${resource.plural}`, resource]));
const byKind = new Map(resources.map((resource) => [`${apiVersionOfResource(resource)}/${resource.kind}`, resource]));

/** The resource that a request's path names. */
export function findResource(group: string, version: string, plural: string): AnyResource | undefined {
  return byPath.get(`${apiVersionOfResource({ group, version })}/${plural}`);
}

/** The resource that an object says it is of. */
export function findResourceOfKind(apiVersion: string, kind: string): AnyResource | undefined {
  return byKind.get(`${apiVersion}/${kind}`);
}

export interface GroupVersion {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
}

/** Every group and version that is served, in order. */
export const groupVersions: readonly GroupVersion[] = [
  ...new Map(resources.map(({ group, version }) => [`${group}/${version}`, { group, version }])).values(),
];
