/** What is wrong with the columns and the selectable fields of a custom kind. */
import type { CustomVersion } from "../kinds/apiextensions/custom-resource-definition-spec.ts";
import { type Cause, invalid, notSupported } from "../validation/cause.ts";
import { isFieldPath, parseJsonPath } from "./json-path.ts";

const columnTypes = ["integer", "number", "string", "boolean", "date"];

/** `path` is the version's. */
export function validateColumns(
  { additionalPrinterColumns = [], selectableFields = [] }: CustomVersion,
  path: string,
): Cause[] {
  const causes: Cause[] = [];
  for (const [index, { type, jsonPath }] of additionalPrinterColumns.entries()) {
    const at = `${path}.additionalPrinterColumns[${index}]`;
    if (!columnTypes.includes(type)) causes.push(notSupported(`${at}.type`, type, columnTypes));
    if (parseJsonPath(jsonPath) === undefined)
      causes.push(invalid(`${at}.jsonPath`, jsonPath, "must be a simple JSONPath, such as .spec.replicas"));
  }
  for (const [index, { jsonPath }] of selectableFields.entries()) {
    const parsed = parseJsonPath(jsonPath);
    if (parsed === undefined || !isFieldPath(parsed))
      causes.push(
        invalid(`${path}.selectableFields[${index}].jsonPath`, jsonPath, "must name a field, such as .spec.color"),
      );
  }
  return causes;
}
