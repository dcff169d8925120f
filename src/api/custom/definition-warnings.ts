/** What of a CustomResourceDefinition is kept and has no effect, for whoever writes it to know. */
import type { CustomResourceDefinition } from "../kinds/apiextensions/custom-resource-definition.ts";
import { isPlainObject } from "../meta/schema.ts";

const rulesKey = "x-kubernetes-validations";

export function definitionWarnings({ spec }: CustomResourceDefinition): string[] {
  return spec.versions.flatMap(({ schema }, index) =>
    hasRules(schema)
      ? [
          `spec.versions[${index}].schema.openAPIV3Schema: ${rulesKey} are kept but not enforced: let the kind's controller check them`,
        ]
      : [],
  );
}

function hasRules(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasRules);
  return isPlainObject(value) && (Object.hasOwn(value, rulesKey) || Object.values(value).some(hasRules));
}
