import { expect, it } from "vitest";
import { resources } from "../../api/resources.ts";
import { discover } from "./discovery.ts";

function preferred(group: string, userAgent?: string): unknown {
  const document = discover({ type: "group", group }, resources, userAgent);
  return (document as { preferredVersion: unknown }).preferredVersion;
}

it.each([
  ["Debian's kubectl", "kubectl/v1.20.2 (linux/amd64) kubernetes/faecb19", "v1beta1"],
  ["one that knows CronJobs in v1", "kubectl/v1.21.0 (linux/amd64) kubernetes/cb303e6", "v1"],
  ["the newest", "kubectl/v1.35.2 (linux/arm64) kubernetes/0000000", "v1"],
  ["another program", "OpenAPI-Generator/22.6.0/python", "v1"],
  ["a program that calls itself nothing", undefined, "v1"],
])("%s is told to prefer a version of batch in which it can read all its kinds", (_, userAgent, version) => {
  expect(preferred("batch", userAgent)).toEqual({ groupVersion: `batch/${version}`, version });
});

it("prefers the newest version of every other group, and lists all versions to everybody", () => {
  const old = "kubectl/v1.20.2 (linux/amd64) kubernetes/faecb19";
  expect(preferred("policy", old)).toEqual({ groupVersion: "policy/v1", version: "v1" });
  expect(discover({ type: "group", group: "batch" }, resources, old)).toMatchObject({
    versions: [{ version: "v1" }, { version: "v1beta1" }],
  });
});
