/** Names that JavaScript's objects have members of, and bodies made to exhaust a parser, are data like any other. */
import { afterEach, describe, expect, it } from "vitest";
import { configMapResource } from "./kinds/config-map.ts";
import { nodeResource } from "./kinds/node.ts";
import { podResource } from "./kinds/pod.ts";
import { parseObject, parseOrRefuse } from "./parse-object.ts";
import { applyStrategicMergePatch } from "./patch/strategic-merge-patch.ts";
import { matchesLabelSelector } from "./selectors/label-selector.ts";
import { wrong } from "./testing/kind-under-test.ts";
import { dnsSubdomain, labelKey, labelValue } from "./validation/names.ts";

const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "prototype"];
const body = (text: string) => JSON.parse(text);

afterEach(() => expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false));

describe.each(names)("%s", (name) => {
  it("is a key of a ConfigMap, kept through parsing and patching", () => {
    const object = body(`{"metadata":{"name":"a","namespace":"b"},"data":{"${name}":"x"}}`);
    const parsed = parseOrRefuse(configMapResource, object);
    expect(configMapResource.validate(parsed)).toEqual([]);
    expect(JSON.parse(JSON.stringify(parsed.data))).toEqual(object.data);
    expect(Object.keys(parsed.data ?? {})).toEqual([name]);
    const patch = body(`{"data":{"${name}":"y","${name}x":"z"}}`);
    const patched = applyStrategicMergePatch({ ...parsed }, patch, configMapResource.schema);
    expect(JSON.stringify(patched["data"])).toBe(`{"${name}":"y","${name}x":"z"}`);
  });

  it("is no label that everything has", () => {
    const selector = { matchExpressions: [{ key: name, operator: "Exists" as const }] };
    expect(matchesLabelSelector(selector, {})).toBe(false);
    expect(matchesLabelSelector(selector, body(`{"${name}":"x"}`))).toBe(true);
  });

  it("is no field, resource or capacity that everything has", () => {
    const node = parseOrRefuse(nodeResource, body(`{"metadata":{"name":"a"},"status":{"capacity":{"${name}":"1"}}}`));
    expect(Object.keys(node.status.capacity ?? {})).toEqual([name]);
    const stray = body(`{"metadata":{"name":"a","${name}":{"polluted":true}},"${name}":{"polluted":true}}`);
    const parsed = parseOrRefuse(nodeResource, stray);
    expect(Object.hasOwn(parsed, name)).toBe(false);
    expect(Object.hasOwn(parsed.metadata, name)).toBe(false);
  });
});

describe("bodies made to hurt", () => {
  it("nested without end are refused", () => {
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    const parsed = parseObject(configMapResource, body(`{"metadata":{"name":"a"},"data":${deep}}`));
    expect(parsed).toMatchObject({ ok: false, malformed: true });
  });

  it("of any type at all are refused", () => {
    for (const text of [
      "null",
      "1",
      '"a"',
      "[]",
      '{"spec":[]}',
      '{"metadata":[]}',
      '{"metadata":{"name":{}}}',
      '{"kind":{}}',
    ])
      expect(parseObject(podResource, body(text)).ok, text).toBe(false);
  });

  it("without anything in them lack all that is needed", () => {
    expect(wrong(podResource, {})).toEqual([
      "metadata.name: Required value: name or generateName is required",
      "metadata.namespace: Required value",
      "spec.containers: Required value",
    ]);
  });

  it("with long names are judged in time proportional to them", () => {
    const long = `${"a-".repeat(500_000)}!`;
    for (const rule of [dnsSubdomain, labelKey, labelValue]) expect(rule(long)).toBeDefined();
    expect(dnsSubdomain(`${"a.".repeat(100)}!`)).toBeDefined();
  });
});
