/** Where objects live on the API server. */
import type { Resource } from "../api/resource.ts";
import type { Subresource } from "../api/subresources.ts";

export interface ObjectName {
  /** Absent for kinds without namespaces, and to mean all of them in a list. */
  readonly namespace?: string | undefined;
  readonly name: string;
}

type Located = Pick<Resource, "group" | "version" | "plural">;

/** `/apis/apps/v1/namespaces/default/daemonsets` */
export function collectionPath(resource: Located, namespace?: string): string {
  const { group, version, plural } = resource;
  const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  return namespace === undefined
    ? `${root}/${plural}`
    : `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
}

/** `/api/v1/namespaces/default/pods/web-0/status` */
export function objectPath(resource: Located, { namespace, name }: ObjectName, subresource?: Subresource): string {
  const path = `${collectionPath(resource, namespace)}/${encodeURIComponent(name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}
