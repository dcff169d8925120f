/** Brings the default roles and bindings of a fleet into being, and back where somebody took them away. */
import { ApiError } from "../../../api/api-error.ts";
import type { ApiRequest, ApiTransport } from "../../../api/exchange.ts";
import { clusterRoleResource } from "../../../api/kinds/rbac/cluster-role.ts";
import { clusterRoleBindingResource } from "../../../api/kinds/rbac/cluster-role-binding.ts";
import type { ApiObject } from "../../../api/meta/object-meta.ts";
import { isPlainObject } from "../../../api/meta/schema.ts";
import { parseOrRefuse } from "../../../api/parse-object.ts";
import type { Resource } from "../../../api/resource.ts";
import { defaultClusterRoleBindings } from "./cluster-role-bindings.ts";
import { defaultClusterRoles } from "./cluster-roles.ts";
import { type DefaultsStep, planDefaultBindings, planDefaultRoles } from "./plan.ts";

/** Writes nothing where nothing is missing. Throws `ApiError` where the fleet cannot take it now. */
export async function ensureDefaultRoles(api: ApiTransport, signal?: AbortSignal): Promise<void> {
  const defaults = { api, signal };
  const roles = await existing(defaults, clusterRoleResource);
  await carryOut(defaults, clusterRoleResource, planDefaultRoles(defaultClusterRoles, roles));
  const bindings = await existing(defaults, clusterRoleBindingResource);
  await carryOut(defaults, clusterRoleBindingResource, planDefaultBindings(defaultClusterRoleBindings, bindings));
}

interface Defaults {
  readonly api: ApiTransport;
  readonly signal: AbortSignal | undefined;
}

async function existing<T extends ApiObject>(defaults: Defaults, resource: Resource<T>): Promise<Map<string, T>> {
  const list = await send(defaults, { method: "GET", path: collection(resource) });
  const items = isPlainObject(list) && Array.isArray(list["items"]) ? list["items"] : [];
  return new Map(items.map((item) => parseOrRefuse(resource, item)).map((object) => [object.metadata.name, object]));
}

async function carryOut<T extends ApiObject>(
  defaults: Defaults,
  resource: Resource<T>,
  steps: readonly DefaultsStep<T>[],
): Promise<void> {
  const path = collection(resource);
  for (const { step, object } of steps) {
    const own = `${path}/${object.metadata.name}`;
    if (step === "recreate") await send(defaults, { method: "DELETE", path: own });
    await send(
      defaults,
      step === "replace" ? { method: "PUT", path: own, body: object } : { method: "POST", path, body: object },
    );
  }
}

/** A conflict is another leader's doing, which is as good. */
async function send({ api, signal }: Defaults, request: ApiRequest): Promise<unknown> {
  const reply = await api.request(request, signal);
  if (reply.status >= 300 && reply.status !== 409) throw ApiError.fromReply(reply.status, reply.body);
  return reply.body;
}

function collection({ group, version, plural }: Resource): string {
  return `/apis/${group}/${version}/${plural}`;
}
