import { describe, expect, it } from "vitest";
import { namespaceResource } from "../../api/kinds/namespace.ts";
import { makePod } from "../../client/testing/objects.ts";
import { planNamespace } from "./plan.ts";

const deletion = { deletionTimestamp: "2026-01-01T00:00:00Z" };
const ending = namespaceResource.schema.parse({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: "n", ...deletion },
  spec: { finalizers: ["kubernetes"] },
});
const living = { ...ending, metadata: { name: "n" } };
const pod = makePod("p");
const endingPod = makePod("q", { metadata: deletion });
const content = (plural: string, ...objects: (typeof pod)[]) => ({ kind: plural, plural, objects });

describe("planNamespace", () => {
  it.each([
    { story: "a living one", step: planNamespace(living, [content("pods", pod)]), expected: "none" },
    { story: "one with objects", step: planNamespace(ending, [content("pods", pod, endingPod)]), expected: "empty p" },
    {
      story: "one whose pods are on their way, before the rest",
      step: planNamespace(ending, [content("pods", endingPod), content("secrets", pod)]),
      expected: "wait",
    },
    {
      story: "one without pods",
      step: planNamespace(ending, [content("pods"), content("secrets", pod)]),
      expected: "empty p",
    },
    { story: "an empty one", step: planNamespace(ending, [content("pods")]), expected: "finalize" },
  ])("$story: $expected", ({ step, expected }) => {
    const names = step.step === "empty" ? ` ${step.remove.map(({ object }) => object.metadata.name).join()}` : "";
    expect(`${step.step}${names}`).toBe(expected);
  });

  it("says what is waited for", () => {
    const held = makePod("h", { metadata: { ...deletion, finalizers: ["example.com/x"] } });
    const plan = planNamespace(ending, [content("pods", held, endingPod), content("deployments.apps", held)]);
    expect(plan.step === "wait" && plan.conditions.slice(3)).toEqual([
      {
        type: "NamespaceContentRemaining",
        status: "True",
        reason: "SomeResourcesRemain",
        message:
          "Some resources are remaining: deployments.apps. has 1 resource instances, pods. has 2 resource instances",
      },
      {
        type: "NamespaceFinalizersRemaining",
        status: "True",
        reason: "SomeFinalizersRemain",
        message: "Some content in the namespace has finalizers remaining: example.com/x in 2 resource instances",
      },
    ]);
  });
});
