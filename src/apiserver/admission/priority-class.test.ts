import { beforeEach, describe, expect, it } from "vitest";
import { TestApi } from "../testing/test-api.ts";

const pods = "/api/v1/namespaces/default/pods";
const classes = "/apis/scheduling.k8s.io/v1/priorityclasses";
const pod = (spec: object = {}) => ({
  metadata: { name: "web" },
  spec: { containers: [{ name: "c", image: "busybox:1" }], ...spec },
});

let test: TestApi;
beforeEach(async () => {
  test = await TestApi.open();
});
const define = (name: string, value: number, rest: object = {}) =>
  test.send("POST", classes, { metadata: { name }, value, ...rest });

describe("a pod's priority", () => {
  it("is that of its class", async () => {
    await define("high", 1000, { preemptionPolicy: "Never" });
    const { body } = await test.send("POST", pods, pod({ priorityClassName: "high" }));
    expect(body.spec).toMatchObject({ priorityClassName: "high", priority: 1000, preemptionPolicy: "Never" });
  });

  it("is that of the fleet's default class, or 0", async () => {
    const before = await test.send("POST", `${pods}?dryRun=All`, pod());
    expect(before.body.spec).toMatchObject({ priority: 0, preemptionPolicy: "PreemptLowerPriority" });
    await define("usual", 7, { globalDefault: true });
    const { body } = await test.send("POST", pods, pod());
    expect(body.spec).toMatchObject({ priorityClassName: "usual", priority: 7 });
  });

  it.each([
    ["system-cluster-critical", 2_000_000_000],
    ["system-node-critical", 2_000_001_000],
  ])("may be %s from the beginning", async (priorityClassName, priority) => {
    const { body } = await test.send("POST", pods, pod({ priorityClassName }));
    expect(body.spec.priority).toBe(priority);
  });

  it.each([
    [{ priorityClassName: "none" }, "no PriorityClass with name none was found"],
    [{ priority: 5 }, "the integer value of priority (5) must not be provided in pod spec"],
    [{ preemptionPolicy: "Never" }, "the string value of PreemptionPolicy (Never) must not be provided in pod spec"],
  ])("may not be chosen otherwise: %j", async (spec, words) => {
    const { status, body } = await test.send("POST", pods, pod(spec));
    expect(status).toBe(403);
    expect(body.message).toContain(words);
  });

  it("has one default", async () => {
    await define("one", 1, { globalDefault: true });
    const { status, body } = await define("two", 2, { globalDefault: true });
    expect(status).toBe(403);
    expect(body.message).toContain("PriorityClass one is already marked as default. Only one default can exist");
    expect(await define("three", 3)).toMatchObject({ status: 201 });
  });
});
