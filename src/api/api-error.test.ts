import { describe, expect, it } from "vitest";
import { ApiError } from "./api-error.ts";
import { daemonSetResource } from "./kinds/daemon-set.ts";
import { podResource } from "./kinds/pod.ts";
import { parseOrRefuse } from "./parse-object.ts";
import { required } from "./validation/cause.ts";

describe("ApiError", () => {
  const cases: [ApiError, number, string, string][] = [
    [ApiError.notFound(podResource, "a"), 404, "NotFound", 'pods "a" not found'],
    [ApiError.notFound(daemonSetResource, "a"), 404, "NotFound", 'daemonsets.apps "a" not found'],
    [ApiError.alreadyExists(podResource, "a"), 409, "AlreadyExists", 'pods "a" already exists'],
    [
      ApiError.conflict(podResource, "a"),
      409,
      "Conflict",
      'Operation cannot be fulfilled on pods "a": the object has been modified; please apply your changes to the latest version and try again',
    ],
    [ApiError.forbidden(podResource, "a", "why"), 403, "Forbidden", 'pods "a" is forbidden: why'],
    [
      ApiError.invalid(daemonSetResource, "a", [required("spec.selector"), required("spec.template")]),
      422,
      "Invalid",
      'DaemonSet.apps "a" is invalid: [spec.selector: Required value, spec.template: Required value]',
    ],
    [ApiError.expired(), 410, "Expired", "the requested resource version is too old: list again"],
  ];
  it.each(cases)("%s", (error, code, reason, message) => {
    expect(error.toStatus()).toMatchObject({
      kind: "Status",
      apiVersion: "v1",
      status: "Failure",
      code,
      reason,
      message,
    });
  });

  it("crosses the wire and back", () => {
    const error = ApiError.invalid(podResource, "a", [required("spec")]);
    const back = ApiError.fromReply(422, JSON.parse(JSON.stringify(error.toStatus())));
    expect(back.toStatus()).toEqual(error.toStatus());
    expect(ApiError.fromReply(502, "<html>")).toMatchObject({ reason: "Unknown", code: 502 });
    expect(ApiError.fromReply(418, { kind: "Status", apiVersion: "v1", reason: "constructor" }).reason).toBe("Unknown");
  });
});

describe("parseOrRefuse", () => {
  it.each([
    [{ kind: "Service" }, 400, /kind: Invalid value: "Service": must be "Pod"/],
    [{ apiVersion: "v2" }, 400, /apiVersion: Invalid value: "v2"/],
    [{ spec: { containers: "none" } }, 400, /^Pod in version "v1" cannot be handled as a Pod: spec\.containers: /],
    [{ metadata: { name: "a" }, spec: {} }, 422, /^Pod "a" is invalid: spec\.containers: Required value$/],
    [{ metadata: { creationTimestamp: "yesterday" }, spec: { containers: [] } }, 400, /metadata\.creationTimestamp/],
  ])("%j is a %d", (body, code, message) => {
    expect(() => parseOrRefuse(podResource, body)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });
});
