import { describe, expect, it } from "vitest";
import { makePod } from "../../client/testing/objects.ts";
import { planPodGc } from "./plan.ts";

describe("planPodGc", () => {
  it("removes pods of boards that are no more, and no others", () => {
    const pods = [
      makePod("here", { spec: { nodeName: "b1" } }),
      makePod("lost", { spec: { nodeName: "b9" } }),
      makePod("waiting"),
    ];
    expect(planPodGc(pods, new Set(["b1"])).map(({ metadata }) => metadata.name)).toEqual(["lost"]);
  });
});
