import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { bodyKinds, findBodySchema } from "../body-kinds.ts";
import { deleteOptionsSchema } from "../meta/delete-options.ts";
import { fieldsOf, type Unwrapped, unwrap } from "../meta/schema-walk.ts";
import { parseBody } from "../parse-object.ts";
import { resources } from "../resources.ts";
import { decodeKubernetesProtobuf } from "./decode-envelope.ts";
import { decodeMessage } from "./decode-message.ts";
import { fieldNumbers } from "./field-numbers.ts";
import { MalformedProtobufError } from "./wire-reader.ts";

/** What kubectl 1.32 sends for its commands, in base64. */
const captures = Object.entries(
  z
    .record(z.string(), z.string())
    .parse(JSON.parse(readFileSync(new URL("testdata/kubectl-1.32.json", import.meta.url), "utf8"))),
);
const captured = (command: string) => Buffer.from(Object.fromEntries(captures)[command] ?? "", "base64");

const field = (number: number, type: number, ...bytes: readonly number[]) => [number * 8 + type, ...bytes];
const message = (number: number, bytes: readonly number[]) => [...field(number, 2, ...varint(bytes.length)), ...bytes];
const text = (number: number, value: string) => message(number, [...Buffer.from(value)]);
const varint = (value: number): number[] => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]);
const envelope = (apiVersion: string, kind: string, object: readonly number[]) =>
  Uint8Array.from([
    ...Buffer.from("k8s\0"),
    ...message(1, [...text(1, apiVersion), ...text(2, kind)]),
    ...message(2, object),
  ]);
const configMap = (...object: readonly number[]) => decodeKubernetesProtobuf(envelope("v1", "ConfigMap", object));

describe("bodies in Protocol Buffers", () => {
  it.each(captures)("%s: what kubectl sends is an object of its kind", (_command, base64) => {
    const object = decodeKubernetesProtobuf(Buffer.from(base64, "base64"));
    const schema = findBodySchema(String(object["apiVersion"]), String(object["kind"]));
    expect(parseBody(schema ?? z.never(), object)).toMatchObject({ ok: true });
  });

  it.each<[string, object]>([
    ["create secret generic s --from-literal=a=b", { metadata: { name: "s" }, data: { a: "Yg==" } }],
    ["create quota q --hard=cpu=1,memory=1Gi", { spec: { hard: { cpu: "1", memory: "1Gi" } } }],
    ["create token sa --duration=1h", { metadata: {}, spec: { expirationSeconds: 3600 } }],
    [
      "create service clusterip svc --tcp=80:8080",
      { spec: { ports: [{ name: "80-8080", protocol: "TCP", port: 80, targetPort: 8080 }], type: "ClusterIP" } },
    ],
  ])("%s: is what the same command sends as JSON", (command, object) => {
    expect(decodeKubernetesProtobuf(captured(command))).toMatchObject(object);
  });

  it("leave out what JSON leaves out", () => {
    const { metadata } = decodeKubernetesProtobuf(captured("create configmap c --from-literal=k=v"));
    expect(metadata).toEqual({ name: "c" });
  });

  it("know numbers below zero, times to the microsecond, and numbers or text", () => {
    const minusOne = [...Array.from({ length: 9 }, () => 0xff), 0x01];
    expect(decodeMessage(deleteOptionsSchema, Uint8Array.from(field(1, 0, ...minusOne)))).toEqual({
      gracePeriodSeconds: -1,
    });
    const time = [...field(1, 0, ...varint(1_700_000_000)), ...field(2, 0, ...varint(7_000))];
    const lease = decodeKubernetesProtobuf(
      envelope("coordination.k8s.io/v1", "Lease", [...message(1, message(8, time)), ...message(2, message(3, time))]),
    );
    expect(lease).toMatchObject({
      metadata: { creationTimestamp: "2023-11-14T22:13:20Z" },
      spec: { acquireTime: "2023-11-14T22:13:20.000007Z" },
    });
    const port = (target: number[]) => message(2, message(1, message(4, target)));
    const service = (target: number[]) => decodeKubernetesProtobuf(envelope("v1", "Service", port(target)));
    const named = [...field(1, 0, 1), ...text(3, "http")];
    expect(service(named)).toMatchObject({ spec: { ports: [{ targetPort: "http" }] } });
    expect(service(field(2, 0, 80))).toMatchObject({ spec: { ports: [{ targetPort: 80 }] } });
  });

  it("may name fields that JavaScript's objects have already", () => {
    const data = ["__proto__", "constructor"].flatMap((key) => message(2, [...text(1, key), ...text(2, "v")]));
    const read = configMap(...data)["data"];
    expect(Object.entries(read ?? {})).toEqual([
      ["__proto__", "v"],
      ["constructor", "v"],
    ]);
  });
});

describe("hostile bodies in Protocol Buffers", () => {
  const refused = (body: Uint8Array) => expect(() => decodeKubernetesProtobuf(body)).toThrow(MalformedProtobufError);

  it.each<[string, Uint8Array]>([
    ["without magic", Buffer.from('{"kind":"ConfigMap"}')],
    ["with magic alone", Buffer.from("k8s\0")],
    ["of a kind that nobody knows", envelope("v1", "__proto__", [])],
    ["with a length far beyond the end", envelope("v1", "ConfigMap", field(1, 2, 0xff, 0xff, 0xff, 0xff, 0x7f))],
    ["with a length beyond all numbers", envelope("v1", "ConfigMap", field(1, 2, ...Array(11).fill(0xff)))],
    ["with a number for a message", envelope("v1", "ConfigMap", field(1, 0, 1))],
    ["with a message for a number", envelope("v1", "ConfigMap", text(4, "true"))],
    ["with text that is not UTF-8", envelope("v1", "ConfigMap", message(1, message(1, [0xc3, 0x28])))],
    ["with a group", envelope("v1", "ConfigMap", field(1, 3))],
    [
      "with a time beyond all years",
      envelope("v1", "ConfigMap", message(1, message(8, field(1, 0, ...Array(8).fill(0xff), 1)))),
    ],
    ["with more fields than anybody needs", envelope("v1", "ConfigMap", Array(250_000).fill(message(2, [])).flat())],
  ])("%s are refused", (_name, body) => refused(body));

  it("cut short anywhere are refused or read as far as they are whole", () => {
    const body = captured("create service clusterip svc --tcp=80:8080");
    for (let length = 0; length < body.length; length += 1) readOrRefused(body.subarray(0, length));
  });

  it("of any bytes at all are read or refused", () => {
    const kinds = fc.constantFrom("Pod", "ConfigMap", "Service", "ResourceQuota");
    fc.assert(
      fc.property(kinds, fc.uint8Array({ maxLength: 200 }), (kind, bytes) =>
        readOrRefused(envelope("v1", kind, [...bytes])),
      ),
    );
  });

  function readOrRefused(body: Uint8Array): void {
    try {
      decodeKubernetesProtobuf(body);
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(MalformedProtobufError);
    }
  }
});

describe("field numbers", () => {
  /** Without a message in Kubernetes, or with another shape there. */
  const exceptions = new Set<string>([]);
  /** Clients send these as JSON alone: the one through their dynamic client, the other from before Protocol Buffers. */
  const isSent = ({ group, version }: { readonly group: string; readonly version: string }) =>
    group !== "apiextensions.k8s.io" && version !== "v2beta2";
  const written = resources.filter(({ verbs }) => verbs.includes("create"));
  const schemas = [...written, ...bodyKinds].filter(isSent).map(({ kind, schema }) => [kind, schema] as const);

  it.each(schemas)("are known for every field of %s", (_kind, schema) => {
    const missing = new Set<string>();
    collectMissing(unwrap(schema), missing, new Set());
    expect(Array.from(missing).filter((name) => !exceptions.has(name))).toEqual([]);
  });

  function collectMissing(schema: Unwrapped, missing: Set<string>, seen: Set<object>): void {
    if (seen.has(schema.def)) return;
    seen.add(schema.def);
    const { definition, values } = schema.meta;
    if (values !== undefined) collectMissing(unwrap(values), missing, seen);
    if (schema.def.type === "array") collectMissing(unwrap(schema.def.element), missing, seen);
    for (const [name, member] of Object.entries(fieldsOf(schema) ?? {})) {
      const isTypeMeta = name === "apiVersion" || name === "kind";
      if (!isTypeMeta && !namesOf(definition ?? "").includes(name)) missing.add(`${definition} ${name}`);
      collectMissing(unwrap(member), missing, seen);
    }
  }

  function namesOf(definition: string): string[] {
    return (fieldNumbers[definition] ?? "").split(" ").flatMap((token) => {
      const [name = ""] = token.split("=");
      return name.startsWith("+") ? namesOf(definition.replace(/\w+$/u, name.slice(1))) : [name];
    });
  }
});
