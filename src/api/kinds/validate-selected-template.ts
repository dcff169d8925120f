/** What is wrong with a workload's template, and with the selector that must find the pods made from it. */
import type { LabelSelector } from "../meta/label-selector.ts";
import { matchesLabelSelector } from "../selectors/label-selector.ts";
import { type Cause, forbidden, invalid, notSupported } from "../validation/cause.ts";
import { validateLabelSelector } from "../validation/label-selector.ts";
import { validateLabelsAndAnnotations } from "../validation/object-meta.ts";
import type { PodTemplateSpec } from "./pod-template.ts";
import { validatePodSpec } from "./validate-pod-spec.ts";

const templatePath = "spec.template";

/** `word` names the kind in messages about the selector, `ofPods` the kind that makes the pods. */
export function validateSelectedTemplate(
  { selector, template }: { readonly selector: LabelSelector; readonly template: PodTemplateSpec },
  word: string,
  ofPods: string,
): Cause[] {
  const causes = validateLabelSelector(selector, "spec.selector");
  if (Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length === 0)
    causes.push(invalid("spec.selector", selector, `empty selector is invalid for ${word}`));
  else if (!matchesLabelSelector(selector, template.metadata.labels))
    causes.push(
      invalid(
        `${templatePath}.metadata.labels`,
        template.metadata.labels ?? {},
        "`selector` does not match template `labels`",
      ),
    );
  return [...causes, ...validateLastingTemplate(template, ofPods)];
}

/** A template of pods that are made anew whenever they end. */
export function validateLastingTemplate(template: PodTemplateSpec, ofPods: string): Cause[] {
  const causes = validateTemplate(template, templatePath);
  const { restartPolicy, activeDeadlineSeconds } = template.spec;
  if (restartPolicy !== "Always")
    causes.push(notSupported(`${templatePath}.spec.restartPolicy`, restartPolicy, ["Always"]));
  if (activeDeadlineSeconds !== undefined)
    causes.push(
      forbidden(`${templatePath}.spec.activeDeadlineSeconds`, `activeDeadlineSeconds in ${ofPods} is not Supported`),
    );
  return causes;
}

export function validateTemplate(template: PodTemplateSpec, path: string): Cause[] {
  const causes = [
    ...validateLabelsAndAnnotations(template.metadata, `${path}.metadata`),
    ...validatePodSpec(template.spec, `${path}.spec`),
  ];
  if ((template.spec.ephemeralContainers ?? []).length > 0)
    causes.push(forbidden(`${path}.spec.ephemeralContainers`, "ephemeral containers not allowed in pod template"));
  return causes;
}
