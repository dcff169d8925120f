/** The objects that every fleet has: made by its first leader, and by any later one where somebody deleted them. */

import { ApiError } from "../api/api-error.ts";
import type { ApiTransport } from "../api/exchange.ts";
import { ensureDefaultRoles } from "./authorization/bootstrap/ensure-default-roles.ts";

const namespaces = ["default", "kube-system", "kube-public", "kube-node-lease"];

const localStorageClass = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "local", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
  provisioner: "bramble.io/local",
  volumeBindingMode: "WaitForFirstConsumer",
  reclaimPolicy: "Delete",
};

const systemPriorities = [
  ["system-cluster-critical", 2_000_000_000, "For pods that the fleet cannot do without, and that may move."],
  ["system-node-critical", 2_000_001_000, "For pods that their board cannot do without."],
] as const;

/**
 * Run by whoever has become leader. Idempotent: what is there is left alone, but for default roles that have lost something. Throws `ApiError`
 * where the fleet cannot take it now; the leader that follows tries again.
 */
export async function ensureBootstrapObjects(api: ApiTransport, signal?: AbortSignal): Promise<void> {
  for (const name of namespaces) {
    await ensure(api, "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name } }, signal);
  }
  await ensure(api, "/apis/storage.k8s.io/v1/storageclasses", localStorageClass, signal);
  for (const [name, value, description] of systemPriorities) {
    const body = { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name }, value, description };
    await ensure(api, "/apis/scheduling.k8s.io/v1/priorityclasses", body, signal);
  }
  await ensureDefaultRoles(api, signal);
}

async function ensure(api: ApiTransport, collection: string, body: BootstrapObject, signal?: AbortSignal) {
  const found = await api.request({ method: "GET", path: `${collection}/${body.metadata.name}` }, signal);
  if (found.status === 200) return;
  const created = await api.request({ method: "POST", path: collection, body }, signal);
  // Another leader may have been quicker.
  if (created.status !== 201 && created.status !== 409) throw ApiError.fromReply(created.status, created.body);
}

interface BootstrapObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}
