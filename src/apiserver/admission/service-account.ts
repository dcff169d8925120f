/** Whom pods act as: each gets a service account, the account's image secrets, and a token where nobody declined it. */
import { ApiError } from "../../api/api-error.ts";
import type { Container } from "../../api/kinds/container.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import { type ServiceAccount, serviceAccountResource } from "../../api/kinds/service-account.ts";
import type { Volume } from "../../api/kinds/volume.ts";
import { formatTime } from "../../api/meta/time.ts";
import type { Random } from "../../lib/random.ts";
import { revision } from "../../store/types.ts";
import { encodeObject } from "../storage/object-codec.ts";
import { objectKey } from "../storage/object-key.ts";
import { isNamespace, isPod, isServiceAccount } from "../verbs/kind-guards.ts";
import type { AdmissionContext, MutatingStep, ObjectAdmissionRequest, ValidatingStep } from "./admission.ts";

const defaultName = "default";
const tokenPath = "/var/run/secrets/kubernetes.io/serviceaccount";
/** An hour and a little: what Kubernetes asks for, so that clients that warn about odd lifetimes stay quiet. */
const tokenSeconds = 3607;
const rootCaName = "kube-root-ca.crt";
const suffixLetters = "bcdfghjklmnpqrstvwxz2456789";

export const serviceAccountOfPod: MutatingStep = async (context, request) => {
  const { operation, subresource, object } = request;
  if (operation !== "CREATE" || subresource !== undefined || !isPod(object)) return object;
  const name = object.spec.serviceAccountName || defaultName;
  const account = await accountOf(context, request, name);
  const { imagePullSecrets = [], automountServiceAccountToken: accountMounts = true } = account;
  const spec = {
    ...object.spec,
    serviceAccountName: name,
    serviceAccount: name,
    ...((object.spec.imagePullSecrets ?? []).length === 0 && imagePullSecrets.length > 0 && { imagePullSecrets }),
  };
  const pod = { ...object, spec };
  return (spec.automountServiceAccountToken ?? accountMounts) ? withToken(pod, context.random) : pod;
};

async function accountOf(
  { fleet }: AdmissionContext,
  { resource, namespace, object: { metadata } }: ObjectAdmissionRequest,
  name: string,
): Promise<ServiceAccount> {
  const found = await fleet.get(objectKey(serviceAccountResource, { namespace, name }));
  if (found !== undefined && isServiceAccount(found.object)) return found.object;
  const why = `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`;
  throw ApiError.forbidden(resource, metadata.name, why);
}

/** Containers that mount something of their own at the token's place keep it. */
function withToken(pod: Pod, random: Random): Pod {
  const { containers, initContainers, volumes = [] } = pod.spec;
  const all = [...containers, ...(initContainers ?? [])];
  if (all.every(hasTokenMount)) return pod;
  const name = tokenVolumeName(volumes, random);
  const withMount = (container: Container): Container =>
    hasTokenMount(container)
      ? container
      : {
          ...container,
          volumeMounts: [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath: tokenPath }],
        };
  return {
    ...pod,
    spec: {
      ...pod.spec,
      volumes: [...volumes, tokenVolume(name)],
      containers: containers.map(withMount),
      ...(initContainers !== undefined && { initContainers: initContainers.map(withMount) }),
    },
  };
}

function hasTokenMount({ volumeMounts = [] }: Container): boolean {
  return volumeMounts.some(({ mountPath }) => mountPath.replace(/\/+$/, "") === tokenPath);
}

function tokenVolumeName(volumes: readonly Volume[], random: Random): string {
  const taken = new Set(volumes.map(({ name }) => name));
  for (;;) {
    const suffix = Array.from({ length: 5 }, () => suffixLetters[random.below(suffixLetters.length)]).join("");
    if (!taken.has(`kube-api-access-${suffix}`)) return `kube-api-access-${suffix}`;
  }
}

function tokenVolume(name: string): Volume {
  const fieldRef = { apiVersion: "v1", fieldPath: "metadata.namespace" };
  return {
    name,
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: tokenSeconds, path: "token" } },
        { configMap: { name: rootCaName, items: [{ key: "ca.crt", path: "ca.crt" }] } },
        { downwardAPI: { items: [{ path: "namespace", fieldRef }] } },
      ],
      defaultMode: 0o644,
    },
  };
}

/** A namespace is born with its default account, so that there is no moment in which pods would be refused. */
export const firstServiceAccount: ValidatingStep = async ({ fleet, clock, newUid }, request) => {
  const { operation, subresource, object } = request;
  if (operation !== "CREATE" || subresource !== undefined || object === undefined || !isNamespace(object)) return;
  const metadata = {
    name: defaultName,
    namespace: object.metadata.name,
    uid: newUid(),
    creationTimestamp: formatTime(clock.nowMs()),
  };
  const account: ServiceAccount = { apiVersion: "v1", kind: "ServiceAccount", metadata };
  const key = objectKey(serviceAccountResource, metadata);
  if ((await fleet.get(key)) !== undefined) return undefined;
  return {
    compares: [{ key, modRevision: revision(0) }],
    mutations: [{ type: "put", key, value: encodeObject(account) }],
  };
};
