/** PriorityClasses: what a pod's class, or the fleet's default one, says about how important the pod is. */
import { ApiError } from "../../api/api-error.ts";
import { type PriorityClass, priorityClassResource } from "../../api/kinds/scheduling/priority-class.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { objectKey } from "../storage/object-key.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import { isPod } from "../verbs/kind-guards.ts";
import type { MutatingStep, ValidatingStep } from "./admission.ts";
import { lookUpAll } from "./look-up.ts";

/** What pods without a class are. */
const unclassed = { value: 0, preemptionPolicy: "PreemptLowerPriority" } as const;

export const priorityOfPod: MutatingStep = async ({ fleet }, { operation, subresource, resource, name, object }) => {
  if (operation !== "CREATE" || subresource !== undefined || !isPod(object)) return object;
  const { priorityClassName: asked = "", priority, preemptionPolicy } = object.spec;
  const found = asked === "" ? await defaultClass(fleet) : await classNamed(fleet, asked);
  if (asked !== "" && found === undefined) {
    throw ApiError.forbidden(resource, name, `no PriorityClass with name ${asked} was found`);
  }
  const { value, preemptionPolicy: policy } = found ?? unclassed;
  if (priority !== undefined && priority !== value) {
    const why = `the integer value of priority (${priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`;
    throw ApiError.forbidden(resource, name, why);
  }
  if (preemptionPolicy !== undefined && preemptionPolicy !== policy) {
    const why = `the string value of PreemptionPolicy (${preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`;
    throw ApiError.forbidden(resource, name, why);
  }
  const className = found?.metadata.name;
  return {
    ...object,
    spec: {
      ...object.spec,
      ...(className !== undefined && { priorityClassName: className }),
      priority: value,
      preemptionPolicy: policy,
    },
  };
};

export const oneDefaultPriority: ValidatingStep = async ({ fleet }, { resource, name, object }) => {
  if (object === undefined || !isPriorityClass(object) || object.globalDefault !== true) return undefined;
  const current = await defaultClass(fleet);
  if (current === undefined || current.metadata.name === name) return undefined;
  const why = `PriorityClass ${current.metadata.name} is already marked as default. Only one default can exist`;
  throw ApiError.forbidden(resource, name, why);
};

async function classNamed(fleet: ObjectStore, name: string): Promise<PriorityClass | undefined> {
  const found = await fleet.get(objectKey(priorityClassResource, { name }));
  return found !== undefined && isPriorityClass(found.object) ? found.object : undefined;
}

/** Of several, which two voters may have let in at once, the least important. */
async function defaultClass(fleet: ObjectStore): Promise<PriorityClass | undefined> {
  const classes = await lookUpAll(fleet, priorityClassResource, undefined);
  return classes
    .map(({ object }) => object)
    .filter((object) => isPriorityClass(object))
    .filter(({ globalDefault }) => globalDefault === true)
    .sort((one, other) => one.value - other.value)[0];
}

function isPriorityClass(object: ApiObject): object is PriorityClass {
  return object.apiVersion === "scheduling.k8s.io/v1" && object.kind === "PriorityClass";
}
