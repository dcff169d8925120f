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

describe("planNamespace", () => {
  it.each([
    { story: "a living one", step: planNamespace(living, [{ plural: "pods", objects: [pod] }]), expected: "none" },
    {
      story: "one with objects",
      step: planNamespace(ending, [{ plural: "pods", objects: [pod, endingPod] }]),
      expected: "empty p",
    },
    {
      story: "one whose objects are on their way",
      step: planNamespace(ending, [{ plural: "pods", objects: [endingPod] }]),
      expected: "wait",
    },
    { story: "an empty one", step: planNamespace(ending, [{ plural: "pods", objects: [] }]), expected: "finalize" },
  ])("$story: $expected", ({ step, expected }) => {
    const names = step.step === "empty" ? ` ${step.remove.map(({ object }) => object.metadata.name).join()}` : "";
    expect(`${step.step}${names}`).toBe(expected);
  });
});
