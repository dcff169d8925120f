/** POST to a collection: a new object, complete, named, and in a namespace that is there to stay. */
import { ApiError } from "../../api/api-error.ts";
import { namespaceResource } from "../../api/kinds/namespace.ts";
import type { FieldSet } from "../../api/managed-fields/field-set.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { formatTime } from "../../api/meta/time.ts";
import type { AnyResource } from "../../api/resource.ts";
import { type Cause, forbidden } from "../../api/validation/cause.ts";
import type { Random } from "../../lib/random.ts";
import { type Compare, revision } from "../../store/types.ts";
import type { SideWrites } from "../admission/admission.ts";
import { type Admitted, admit } from "../admission/admit.ts";
import { inQuotaTurn } from "../admission/resource-quota.ts";
import { encodeObject } from "../storage/object-codec.ts";
import { objectKey } from "../storage/object-key.ts";
import { writtenObject } from "../storage/object-text.ts";
import { fencedError, fenceOf, type WriteOptions } from "../storage/write-options.ts";
import { checkManagerOptions } from "./field-manager.ts";
import { isPod } from "./kind-guards.ts";
import { parseSubmitted } from "./parse-submitted.ts";
import { recordCreation } from "./record-managers.ts";
import { admissionOf, writeOptions } from "./submitted.ts";
import type { ServerContext, VerbRequest } from "./verb-context.ts";

const attemptsMax = 20;
/** No vowels, and nothing that looks like another letter: generated names are read out and never spell words. */
const suffixLetters = "bcdfghjklmnpqrstvwxz2456789";
const suffixLength = 5;
const generateNameLengthMax = 58;

/** The stored object. Throws `ApiError`. */
export async function createObject(context: ServerContext, request: VerbRequest): Promise<ApiObject> {
  checkManagerOptions(request, "CreateOptions");
  return createFrom(context, request, parseSubmitted(request, request.body));
}

/** As `createObject`, from what has been parsed; `applied` are the fields of a server-side apply that creates. */
export async function createFrom(
  context: ServerContext,
  request: VerbRequest,
  submitted: ApiObject,
  applied?: FieldSet,
): Promise<ApiObject> {
  const { resource, namespace } = request;
  const options = writeOptions(request);
  checkPlace(resource, submitted, namespace);
  const isNamed = submitted.metadata.name !== "";
  for (let attempts = 0; attempts < attemptsMax; attempts += 1) {
    const created = await inQuotaTurn(context, request, async () => {
      const admitted = await newObject(context, request, submitted, namespace);
      const object = admitted.complete(recordCreation(context, request, admitted.object, applied));
      const { compares, mutations } = admitted;
      return writeNew(context, request, { object, compares, mutations, isNamed }, options);
    });
    if (created !== undefined) return created;
    // The name is taken, the namespace or one of its quotas changed, or somebody else got the same address. Only a
    // generated name can be another one next time.
  }
  throw ApiError.conflict(resource, submitted.metadata.name, "others keep changing what it needs; try again");
}

function checkPlace(resource: AnyResource, { metadata }: ApiObject, namespace: string | undefined): void {
  if (metadata.namespace !== undefined && metadata.namespace !== namespace && resource.namespaced) {
    throw ApiError.badRequest(
      `the namespace of the object (${metadata.namespace}) does not match the namespace of the request (${namespace})`,
    );
  }
  if (metadata.resourceVersion !== undefined) {
    throw ApiError.badRequest("metadata.resourceVersion must not be set on an object to be created");
  }
}

/** As it is to be stored; throws `ApiError` where it is not valid. */
async function newObject(
  context: ServerContext,
  request: VerbRequest,
  submitted: ApiObject,
  namespace: string | undefined,
): Promise<Admitted> {
  const { resource } = request;
  const metadata = {
    ...submitted.metadata,
    name: submitted.metadata.name || generatedName(submitted.metadata.generateName, context.random),
    namespace: resource.namespaced ? namespace : undefined,
    uid: context.newUid(),
    creationTimestamp: formatTime(context.clock.nowMs()),
    selfLink: undefined,
  };
  const prepared = resource.prepareForCreate({ ...submitted, metadata });
  return admit(context, admissionOf(request, { operation: "CREATE", object: prepared }), (object) => {
    const causes = [...resource.validate(object), ...causesAtBirth(object)];
    if (causes.length > 0) throw ApiError.invalid(resource, object.metadata.name, causes);
  });
}

/** What an object may come to have, but not be born with. */
function causesAtBirth(object: ApiObject): Cause[] {
  const isLooked = isPod(object) && (object.spec.ephemeralContainers ?? []).length > 0;
  return isLooked ? [forbidden("spec.ephemeralContainers", "cannot be set on create")] : [];
}

function generatedName(prefix: string | undefined, random: Random): string {
  if (prefix === undefined) return "";
  const suffix = Array.from({ length: suffixLength }, () => suffixLetters[random.below(suffixLetters.length)]);
  return `${prefix.slice(0, generateNameLengthMax)}${suffix.join("")}`;
}

interface NewObject extends SideWrites {
  readonly object: ApiObject;
  readonly isNamed: boolean;
}

/** Undefined where it is worth another try. Throws `ApiError`. */
async function writeNew(
  context: ServerContext,
  request: VerbRequest,
  { object, compares, mutations, isNamed }: NewObject,
  options: WriteOptions,
): Promise<ApiObject | undefined> {
  const { resource } = request;
  const { name } = object.metadata;
  const { objects } = context;
  const key = objectKey(resource, { namespace: request.namespace, name });
  const place = await namespaceCompares(context, request, name);
  if (options.dryRun) {
    if ((await objects.get(key)) !== undefined) throw ApiError.alreadyExists(resource, name);
    return object;
  }
  const value = encodeObject(object);
  const result = await objects.commit(
    {
      compares: [{ key, modRevision: revision(0) }, ...place, ...compares],
      mutations: [{ type: "put", key, value }, ...mutations],
      ...fenceOf(options),
    },
    options.signal,
  );
  if (result.kind === "committed") return writtenObject(resource, object, value, result.revision);
  if (result.kind === "fenced") throw fencedError(resource, name, result.term);
  if (result.key === key && isNamed) throw ApiError.alreadyExists(resource, name);
  return undefined;
}

/** What must hold for the namespace to still be there, unchanged, when the object is written. */
async function namespaceCompares(
  { objects, fleet }: ServerContext,
  { resource, namespace, signal }: VerbRequest,
  name: string,
): Promise<Compare[]> {
  if (namespace === undefined) return [];
  const key = objectKey(namespaceResource, { name: namespace });
  let found = await fleet.get(key);
  if (found === undefined || found.object.metadata.deletionTimestamp !== undefined) {
    await fleet.barrier(signal);
    found = await fleet.get(key);
  }
  if (found === undefined) throw ApiError.notFound(namespaceResource, namespace);
  if (found.object.metadata.deletionTimestamp !== undefined) {
    throw ApiError.forbidden(
      resource,
      name,
      `namespace ${namespace} is being terminated: nothing new may be created in it`,
    );
  }
  // Two stores have no transaction in common: what comes just too late is forgotten by its age.
  return objects.reader === fleet.reader ? [{ key, modRevision: found.modRevision }] : [];
}
