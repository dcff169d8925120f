/** The kinds whose rollouts are told of. */
import { deploymentResource } from "../kinds/apps/deployment.ts";
import { statefulSetResource } from "../kinds/apps/stateful-set.ts";
import { jobResource } from "../kinds/batch/job.ts";
import { daemonSetResource } from "../kinds/daemon-set.ts";

/** Those of `namespaces/<namespace>/workloads/<resource>/<name>`. */
export const workloadResources = [daemonSetResource, deploymentResource, statefulSetResource, jobResource] as const;
