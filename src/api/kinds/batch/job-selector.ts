/** The labels by which a Job finds its pods. Its uid is among them, so that no two Jobs take each other's pods. */
import { ownValue } from "../../../lib/own-value.ts";
import type { ObjectMeta } from "../../meta/object-meta.ts";
import type { JobSpec } from "./job-spec.ts";

export const controllerUidLabel = "batch.kubernetes.io/controller-uid";

interface SelectingJob {
  readonly metadata: ObjectMeta;
  readonly spec: JobSpec;
}

/** The labels of a Job's pods; those without a prefix are for older clients. */
export function jobPodLabels({ uid = "", name }: ObjectMeta): Record<string, string> {
  return {
    [controllerUidLabel]: uid,
    "batch.kubernetes.io/job-name": name,
    "controller-uid": uid,
    "job-name": name,
  };
}

/** Labels that are there already are another Job's, which validation finds. */
export function withSelector<J extends SelectingJob>(job: J): J {
  const { metadata, spec } = job;
  const { labels } = spec.template.metadata;
  if (spec.manualSelector === true || ownValue(labels, controllerUidLabel) !== undefined) return job;
  const own = jobPodLabels(metadata);
  const template = { ...spec.template, metadata: { ...spec.template.metadata, labels: { ...labels, ...own } } };
  const selector = spec.selector ?? { matchLabels: { [controllerUidLabel]: metadata.uid ?? "" } };
  return { ...job, spec: { ...spec, template, selector } };
}
