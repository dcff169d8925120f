import { describe, expect, it } from "vitest";
import { cells, created, kindUnderTest, wrong, wrongUpdate } from "../testing/kind-under-test.ts";
import { tokenRequestSchema, validateTokenRequest } from "./authentication/token-request.ts";

const metadata = { name: "web", namespace: "default" };
const fleet = { name: "web" };

describe("a PodDisruptionBudget", () => {
  const budget = kindUnderTest("policy/v1", "PodDisruptionBudget");
  const older = kindUnderTest("policy/v1beta1", "PodDisruptionBudget");

  it.each([
    [
      { minAvailable: 1, maxUnavailable: 1 },
      [
        'spec: Invalid value: {"minAvailable":1,"maxUnavailable":1}: minAvailable and maxUnavailable cannot be both set',
      ],
    ],
    [{ minAvailable: -1 }, ["spec.minAvailable: Invalid value: -1: must be greater than or equal to 0"]],
    [{ maxUnavailable: "101%" }, ['spec.maxUnavailable: Invalid value: "101%": must not be greater than 100%']],
  ])("refuses %j", (spec, causes) => {
    expect(wrong(budget, { metadata, spec })).toEqual(causes);
  });

  it("shows what is not said as N/A", () => {
    const body = { metadata, spec: { maxUnavailable: "25%" }, status: { disruptionsAllowed: 2 } };
    expect(cells(budget, body, 0)).toMatchObject({
      "Min Available": "N/A",
      "Max Unavailable": "25%",
      "Allowed Disruptions": 2,
    });
  });

  it("selects no pods in its older version where it selects all in the newer", () => {
    const empty = older.prepareForCreate(created(older, { metadata, spec: { minAvailable: 1, selector: {} } }));
    expect(older.conversion?.toStored(empty)).toMatchObject({
      spec: { selector: { matchExpressions: [{ operator: "Exists" }] } },
    });
    const all = budget.prepareForCreate(created(budget, { metadata, spec: { minAvailable: 1, selector: {} } }));
    expect(older.conversion?.fromStored(all)).toMatchObject({
      spec: { selector: { matchExpressions: [{ operator: "DoesNotExist" }] } },
    });
  });
});

describe("a PriorityClass", () => {
  const priorityClass = kindUnderTest("scheduling.k8s.io/v1", "PriorityClass");

  it("keeps its value", () => {
    expect(created(priorityClass, { metadata: fleet, value: 1 })).toMatchObject({
      preemptionPolicy: "PreemptLowerPriority",
    });
    expect(wrongUpdate(priorityClass, { metadata: fleet, value: 1 }, { metadata: fleet, value: 2 })).toEqual([
      "value: Forbidden: may not be changed in an update.",
    ]);
  });

  it.each([
    [
      "above all others",
      { metadata: fleet, value: 1_000_000_001 },
      ["value: Forbidden: maximum allowed value of a user defined priority is 1000000000"],
    ],
    [
      "with a name of the system's",
      { metadata: { name: "system-web" }, value: 1 },
      [expect.stringMatching(/^metadata\.name: Forbidden: priority class names with 'system-' prefix are reserved/)],
    ],
    ["that the fleet has itself", { metadata: { name: "system-node-critical" }, value: 2_000_001_000 }, []],
  ])("%s", (_, body, causes) => {
    expect(wrong(priorityClass, body)).toEqual(causes);
  });
});

describe("a RuntimeClass", () => {
  const runtimeClass = kindUnderTest("node.k8s.io/v1", "RuntimeClass");

  it("keeps its handler, a label", () => {
    expect(wrong(runtimeClass, { metadata: fleet, handler: "A_b" })).toEqual([
      expect.stringMatching(/^handler: Invalid value: "A_b"/),
    ]);
    expect(wrongUpdate(runtimeClass, { metadata: fleet, handler: "a" }, { metadata: fleet, handler: "b" })).toEqual([
      'handler: Invalid value: "b": field is immutable',
    ]);
  });
});

describe("a Lease", () => {
  const lease = kindUnderTest("coordination.k8s.io/v1", "Lease");

  it("shows its holder, and keeps the time to the microsecond", () => {
    const spec = { holderIdentity: "b1", leaseDurationSeconds: 15, renewTime: "2026-01-01T00:00:00.000001Z" };
    expect(created(lease, { metadata, spec }).spec).toEqual(spec);
    expect(cells(lease, { metadata, spec }, 0)).toMatchObject({ Holder: "b1" });
  });

  it("lasts, and changes hands forwards", () => {
    expect(wrong(lease, { metadata, spec: { leaseDurationSeconds: 0, leaseTransitions: -1 } })).toEqual([
      "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0",
      "spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0",
    ]);
  });
});

describe("a PodTemplate", () => {
  const podTemplate = kindUnderTest("v1", "PodTemplate");
  const template = { metadata: { labels: { a: "b" } }, spec: { containers: [{ name: "c", image: "d:1" }] } };

  it("shows what pods are made from", () => {
    expect(cells(podTemplate, { metadata, template }, 0)).toEqual({
      Name: "web",
      Containers: "c",
      Images: "d:1",
      "Pod Labels": "a=b",
    });
  });

  it("is refused where its pods would be", () => {
    expect(wrong(podTemplate, { metadata, template: {} })).toEqual(["template.spec.containers: Required value"]);
  });
});

describe("a TokenRequest", () => {
  const request = (spec: object) =>
    tokenRequestSchema.parse({ apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec });

  it("asks for an hour where it says nothing", () => {
    expect(request({}).spec).toEqual({ audiences: [], expirationSeconds: 3600 });
  });

  it.each([
    [599, "may not specify a duration less than 10 minutes"],
    [2 ** 32 + 1, "may not specify a duration larger than 2^32 seconds"],
  ])("is refused for %i seconds", (expirationSeconds, why) => {
    expect(validateTokenRequest(request({ expirationSeconds }))).toMatchObject([
      { field: "spec.expirationSeconds", message: `Invalid value: ${expirationSeconds}: ${why}` },
    ]);
  });
});

describe("a CertificateSigningRequest", () => {
  const signing = kindUnderTest("certificates.k8s.io/v1", "CertificateSigningRequest");
  const request = Buffer.from("-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n").toString("base64");
  const spec = { request, signerName: "example.com/boards", usages: ["client auth"] };

  it.each([
    [
      "another PEM",
      { request: Buffer.from("-----BEGIN CERTIFICATE-----").toString("base64") },
      ['spec.request: Invalid value: "…": PEM block type must be CERTIFICATE REQUEST'],
    ],
    [
      "nobody to sign",
      { signerName: "boards" },
      [
        'spec.signerName: Invalid value: "boards": must be a fully qualified domain and path of the form "example.com/signer-name"',
      ],
    ],
    ["no use", { usages: [] }, ["spec.usages: Required value"]],
    ["a use twice", { usages: ["any", "any"] }, ['spec.usages[1]: Duplicate value: "any"']],
    [
      "a few seconds",
      { expirationSeconds: 5 },
      ["spec.expirationSeconds: Invalid value: 5: may not specify a duration less than 600 seconds"],
    ],
  ])("refuses %s", (_, rest, causes) => {
    expect(wrong(signing, { metadata: fleet, spec: { ...spec, ...rest } })).toEqual(causes);
  });

  it("stays what was asked", () => {
    const other = { metadata: fleet, spec: { ...spec, usages: ["server auth"] } };
    expect(wrongUpdate(signing, { metadata: fleet, spec }, other)).toEqual([
      expect.stringMatching(/^spec: Invalid value: .*: field is immutable$/),
    ]);
  });

  it.each([
    [[], undefined, "Pending"],
    [["Approved"], undefined, "Approved"],
    [["Approved"], "QQ==", "Approved,Issued"],
    [["Denied"], undefined, "Denied"],
    [["Approved", "Failed"], undefined, "Approved,Failed"],
  ])("with %j and certificate %j is %s", (types, certificate, text) => {
    const conditions = types.map((type) => ({ type, status: "True" }));
    const body = {
      metadata: fleet,
      spec,
      status: { conditions, ...(certificate === undefined ? {} : { certificate }) },
    };
    expect(cells(signing, body, 0)).toMatchObject({ Condition: text });
  });
});

describe("a CustomResourceDefinition", () => {
  const definition = kindUnderTest("apiextensions.k8s.io/v1", "CustomResourceDefinition");
  const version = { name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } };
  const spec = {
    group: "example.com",
    names: { plural: "greetings", kind: "Greeting" },
    scope: "Namespaced",
    versions: [version],
  };
  const named = { name: "greetings.example.com" };

  it("completes its names", () => {
    const object = created(definition, { metadata: named, spec });
    expect(object.spec).toMatchObject({
      names: { singular: "greeting", listKind: "GreetingList" },
      conversion: { strategy: "None" },
    });
    expect(object.status).toEqual({ conditions: [], acceptedNames: { plural: "", kind: "" }, storedVersions: ["v1"] });
  });

  it.each([
    [
      "a name that is not its plural's",
      { names: { plural: "hellos", kind: "Greeting" } },
      ['metadata.name: Invalid value: "greetings.example.com": must be spec.names.plural+"."+spec.group'],
    ],
    [
      "no shape",
      { versions: [{ ...version, schema: undefined }] },
      ["spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required"],
    ],
    [
      "a shape that is no object's",
      { versions: [{ ...version, schema: { openAPIV3Schema: { type: "string" } } }] },
      ['spec.versions[0].schema.openAPIV3Schema.type: Invalid value: "string": must be "object" at the root'],
    ],
    [
      "no version to store",
      { versions: [{ ...version, storage: false }] },
      ['spec.versions: Invalid value: ["v1"]: must have exactly one version marked as storage version'],
    ],
    [
      "conversion by somebody else",
      { conversion: { strategy: "Webhook" } },
      ['spec.conversion.strategy: Unsupported value: "Webhook": supported values: "None"'],
    ],
    [
      "a kind in no letters",
      { names: { plural: "greetings", kind: "9" } },
      [
        expect.stringMatching(/^spec\.names\.singular: Invalid value: "9"/),
        expect.stringMatching(
          /^spec\.names\.kind: Invalid value: "9": may have mixed case, but should otherwise match/,
        ),
        expect.stringMatching(/^spec\.names\.listKind: Invalid value: "9List"/),
      ],
    ],
  ])("refuses %s", (_, rest, causes) => {
    expect(wrong(definition, { metadata: named, spec: { ...spec, ...rest } })).toEqual(causes);
  });

  it("leaves Kubernetes' own groups to Kubernetes", () => {
    const body = { metadata: { name: "greetings.x.k8s.io" }, spec: { ...spec, group: "x.k8s.io" } };
    expect(wrong(definition, body)).toEqual([
      expect.stringMatching(/^metadata\.annotations\[api-approved\.kubernetes\.io\]: Required value/),
    ]);
  });
});
