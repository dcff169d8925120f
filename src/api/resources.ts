/** Every kind that the API serves, in the order in which discovery lists them, and how to find one. */

import { controllerRevisionResource } from "./kinds/apps/controller-revision.ts";
import { deploymentResource } from "./kinds/apps/deployment.ts";
import { replicaSetResource } from "./kinds/apps/replica-set.ts";
import { statefulSetResource } from "./kinds/apps/stateful-set.ts";
import { selfSubjectReviewResource } from "./kinds/authentication/self-subject-review.ts";
import { tokenReviewResource } from "./kinds/authentication/token-review.ts";
import { selfSubjectAccessReviewResource } from "./kinds/authorization/self-subject-access-review.ts";
import { selfSubjectRulesReviewResource } from "./kinds/authorization/self-subject-rules-review.ts";
import {
  localSubjectAccessReviewResource,
  subjectAccessReviewResource,
} from "./kinds/authorization/subject-access-review.ts";
import { cronJobResource } from "./kinds/batch/cron-job.ts";
import { jobResource } from "./kinds/batch/job.ts";
import { configMapResource } from "./kinds/config-map.ts";
import { daemonSetResource } from "./kinds/daemon-set.ts";
import { endpointsResource } from "./kinds/endpoints.ts";
import { eventResource } from "./kinds/event.ts";
import { newerEventResource } from "./kinds/event-versions.ts";
import { leaseResource } from "./kinds/lease.ts";
import { limitRangeResource } from "./kinds/limit-range.ts";
import { namespaceResource } from "./kinds/namespace.ts";
import { runtimeClassResource } from "./kinds/node/runtime-class.ts";
import { nodeResource } from "./kinds/node.ts";
import { persistentVolumeResource } from "./kinds/persistent-volume.ts";
import { persistentVolumeClaimResource } from "./kinds/persistent-volume-claim.ts";
import { podResource } from "./kinds/pod.ts";
import { podTemplateResource } from "./kinds/pod-template-object.ts";
import { podDisruptionBudgetResource } from "./kinds/policy/pod-disruption-budget.ts";
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
  tokenReviewResource,
  localSubjectAccessReviewResource,
  selfSubjectAccessReviewResource,
  selfSubjectRulesReviewResource,
  subjectAccessReviewResource,
  cronJobResource,
  jobResource,
  podDisruptionBudgetResource,
  clusterRoleBindingResource,
  clusterRoleResource,
  roleBindingResource,
  roleResource,
  storageClassResource,
  priorityClassResource,
  leaseResource,
  runtimeClassResource,
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
