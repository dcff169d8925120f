/** Objects in the JSON that clients are sent, straight from what is stored: most of it is passed on as it lies there. */
import type { ApiObject } from "../../api/meta/object-meta.ts";
import type { AnyResource } from "../../api/resource.ts";
import type { Revision } from "../../store/types.ts";
import { decodeObject, divideStored } from "./object-codec.ts";
import { managersText } from "./stored-managers.ts";

/** What `JSON.stringify(decodeObject(value, revision))` says, if not in that order. */
export function objectText(value: string, revision: Revision): string {
  const { text, metadataEnd, managers } = divideStored(value);
  if (metadataEnd === undefined) return JSON.stringify(decodeObject(value, revision));
  const fields = managers === undefined ? "" : `,"managedFields":${managersText(managers)}`;
  return `${text.slice(0, metadataEnd)},"resourceVersion":"${revision}"${fields}${text.slice(metadataEnd)}`;
}

interface Written {
  readonly value: string;
  readonly revision: Revision;
}

const written = new WeakMap<object, Written>();

/** `object` as it is now that it was stored as `value`; in the version that its kind is stored in its text is known. */
export function writtenObject(
  { conversion }: AnyResource,
  object: ApiObject,
  value: string,
  revision: Revision,
): ApiObject {
  const result = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
  if (conversion === undefined) written.set(result, { value, revision });
  return result;
}

/** The text of what `writtenObject` made, undefined of all else. */
export function textOfWritten(object: object): string | undefined {
  const known = written.get(object);
  return known && objectText(known.value, known.revision);
}
