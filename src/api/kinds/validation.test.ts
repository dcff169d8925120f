import { describe, expect, it } from "vitest";
import { parseObject } from "../parse-object.ts";
import type { AnyResource } from "../resource.ts";
import { findResourceOfKind } from "../resources.ts";

function resourceOf(apiVersion: string, kind: string): AnyResource {
  const resource = findResourceOfKind(apiVersion, kind);
  if (resource === undefined) throw new Error(`no ${kind}`);
  return resource;
}

/** `field: message` of everything that is wrong with a new object. */
function wrong(resource: AnyResource, body: object): string[] {
  const parsed = parseObject(resource, body);
  const causes = parsed.ok ? resource.validate(resource.prepareForCreate(parsed.value)) : parsed.causes;
  return causes.map(({ field, message }) => `${field}: ${message}`);
}

const metadata = { name: "web", namespace: "default" };
const container = { name: "a", image: "b:1" };

describe("Pod", () => {
  const resource = resourceOf("v1", "Pod");
  const withContainer = (rest: object) => ({ containers: [{ ...container, ...rest }] });
  const cases: [string, object, string[]][] = [
    ["no container", { containers: [] }, ["spec.containers: Required value"]],
    ["no image", { containers: [{ name: "a" }] }, ["spec.containers[0].image: Required value"]],
    ["no name", { containers: [{ image: "b" }] }, ["spec.containers[0].name: Required value"]],
    ["two of a name", { containers: [container, container] }, ['spec.containers[1].name: Duplicate value: "a"']],
    [
      "an unknown restart policy",
      { ...withContainer({}), restartPolicy: "Sometimes" },
      ['spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"'],
    ],
    [
      "text for a port",
      withContainer({ ports: [{ containerPort: "x" }] }),
      ['spec.containers[0].ports[0].containerPort: Invalid value: "x": must be of type number'],
    ],
    [
      "a port out of range",
      withContainer({ ports: [{ containerPort: 70000 }] }),
      ["spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive"],
    ],
    [
      "a mount without its volume",
      withContainer({ volumeMounts: [{ name: "v", mountPath: "/v" }] }),
      ['spec.containers[0].volumeMounts[0].name: Not found: "v"'],
    ],
    [
      "two sources for one volume",
      { ...withContainer({}), volumes: [{ name: "v", emptyDir: {}, hostPath: { path: "/" } }] },
      ["spec.volumes[0].emptyDir: Forbidden: may not specify more than 1 volume type"],
    ],
    [
      "a path that climbs",
      { ...withContainer({}), volumes: [{ name: "v", configMap: { name: "c", items: [{ key: "k", path: "../x" }] } }] },
      [`spec.volumes[0].configMap.items[0].path: Invalid value: "../x": must not contain '..'`],
    ],
    [
      "a quantity that is none",
      withContainer({ resources: { limits: { cpu: "1x" } } }),
      ['spec.containers[0].resources.limits.cpu: Invalid value: "1x": must be a quantity like "100m", "1.5" or "64Mi"'],
    ],
    [
      "more requested than allowed",
      withContainer({ resources: { requests: { memory: "2Gi" }, limits: { memory: "1Gi" } } }),
      [
        'spec.containers[0].resources.requests: Invalid value: "2Gi": must be less than or equal to memory limit of 1Gi',
      ],
    ],
    [
      "a second look at nothing",
      {
        ...withContainer({}),
        ephemeralContainers: [{ name: "a", image: "b", targetContainerName: "z", ports: [{ containerPort: 1 }] }],
      },
      [
        'spec.ephemeralContainers[0].name: Duplicate value: "a"',
        'spec.ephemeralContainers[0].targetContainerName: Not found: "z"',
        "spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container",
      ],
    ],
    [
      "a probe without a question",
      withContainer({ livenessProbe: { periodSeconds: 1 } }),
      ["spec.containers[0].livenessProbe: Required value: must specify a handler type"],
    ],
    [
      "a value from nowhere",
      withContainer({ env: [{ name: "X", valueFrom: {} }] }),
      [
        'spec.containers[0].env[0].valueFrom: Invalid value: "": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`',
      ],
    ],
    [
      "a toleration of nothing",
      { ...withContainer({}), tolerations: [{ operator: "Equal", value: "x" }] },
      [
        'spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means "match all values and all keys"',
      ],
    ],
    [
      "an affinity without terms",
      {
        ...withContainer({}),
        affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } },
      },
      [
        "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have at least one node selector term",
      ],
    ],
  ];
  it.each(cases)("%s", (_, spec, causes) => {
    expect(wrong(resource, { metadata, spec })).toEqual(causes);
  });

  it("names: of objects, labels and annotations", () => {
    const body = {
      metadata: { name: "Web_1", namespace: "default", labels: { "a b": "-x" } },
      spec: withContainer({}),
    };
    expect(wrong(resource, body)).toEqual([
      expect.stringMatching(/^metadata\.name: Invalid value: "Web_1": a lowercase RFC 1123 subdomain must consist of/),
      expect.stringMatching(/^metadata\.labels: Invalid value: "a b": name part must consist of/),
      expect.stringMatching(/^metadata\.labels: Invalid value: "-x": a valid label must be/),
    ]);
    expect(wrong(resource, { metadata: { namespace: "default" }, spec: withContainer({}) })).toEqual([
      "metadata.name: Required value: name or generateName is required",
    ]);
  });

  it("stays what it is, but for images, deadlines and further tolerations", () => {
    const parsed = parseObject(resource, { metadata: { ...metadata, uid: "u" }, spec: withContainer({}) });
    if (!parsed.ok) throw new Error("must parse");
    const current = resource.prepareForCreate(parsed.value);
    const changed = (spec: object) => {
      const next = parseObject(resource, { ...current, spec: { ...withContainer({}), ...spec } });
      if (!next.ok) throw new Error("must parse");
      return resource.validateUpdate(resource.prepareForUpdate(next.value, current), current);
    };
    expect(changed({})).toEqual([]);
    expect(changed(withContainer({ image: "b:2", imagePullPolicy: "IfNotPresent" }))).toEqual([]);
    expect(changed({ tolerations: [{ operator: "Exists" }], activeDeadlineSeconds: 5 })).toEqual([]);
    expect(changed({ hostNetwork: true })).toMatchObject([
      { field: "spec", message: expect.stringMatching(/^Forbidden: pod updates may not change fields other than/) },
    ]);
  });
});

describe("DaemonSet", () => {
  const resource = resourceOf("apps/v1", "DaemonSet");
  const template = { metadata: { labels: { app: "web" } }, spec: { containers: [container] } };
  const spec = { selector: { matchLabels: { app: "web" } }, template };
  const cases: [string, object, string[]][] = [
    ["no spec at all", {}, ["spec.selector: Required value", "spec.template: Required value"]],
    [
      "a template without an image",
      { ...spec, template: { ...template, spec: { containers: [{ name: "a" }] } } },
      ["spec.template.spec.containers[0].image: Required value"],
    ],
    [
      "an empty selector",
      { ...spec, selector: {} },
      ["spec.selector: Invalid value: {}: empty selector is invalid for daemonset"],
    ],
    [
      "a selector of other pods",
      { ...spec, selector: { matchLabels: { app: "api" } } },
      ['spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`'],
    ],
    [
      "pods that end",
      { ...spec, template: { ...template, spec: { ...template.spec, restartPolicy: "Never" } } },
      ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
    ],
    [
      "no board may be without the pod",
      { ...spec, updateStrategy: { rollingUpdate: { maxUnavailable: 0 } } },
      ["spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0"],
    ],
    [
      "a share that is none",
      { ...spec, updateStrategy: { rollingUpdate: { maxUnavailable: "half" } } },
      [
        `spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: "half": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%' or '93%')`,
      ],
    ],
  ];
  it.each(cases)("%s", (_, body, causes) => {
    expect(wrong(resource, { metadata, spec: body })).toEqual(causes);
  });

  it("keeps its selector", () => {
    const parse = (body: object) => {
      const parsed = parseObject(resource, { metadata: { ...metadata, uid: "u" }, spec: body });
      if (!parsed.ok) throw new Error("must parse");
      return parsed.value;
    };
    const labels = { app: "web", tier: "front" };
    const other = { selector: { matchLabels: labels }, template: { ...template, metadata: { labels } } };
    expect(resource.validateUpdate(parse(other), parse(spec))).toEqual([
      { field: "spec.selector", reason: "FieldValueInvalid", message: expect.stringMatching(/field is immutable$/) },
    ]);
  });
});

describe("other kinds", () => {
  const cases: [string, string, object, string[]][] = [
    ["v1", "Namespace", { metadata: { name: "a.b" } }, ["a lowercase RFC 1123 label"]],
    [
      "v1",
      "Namespace",
      { metadata: { name: "a", namespace: "b" } },
      ["metadata.namespace: Forbidden: not allowed on this type"],
    ],
    ["v1", "ConfigMap", { metadata, data: { "a/b": "" } }, ["data[a/b]: Invalid value"]],
    ["v1", "ConfigMap", { metadata, data: { a: 1 } }, ["data.a: Invalid value: 1: must be of type string"]],
    ["v1", "ConfigMap", { metadata, data: { a: "" }, binaryData: { a: "" } }, ["data[a]: Invalid value"]],
    ["v1", "ConfigMap", { metadata, data: { a: "x".repeat(1_048_577) } }, ["Too long"]],
    ["v1", "Secret", { metadata, data: { a: "no base64" } }, ["data[a]: Invalid value"]],
    [
      "v1",
      "Secret",
      { metadata, type: "kubernetes.io/tls" },
      ["data[tls.crt]: Required value", "data[tls.key]: Required value"],
    ],
    [
      "v1",
      "Node",
      { metadata: { name: "b1" }, spec: { taints: [{ key: "a b", effect: "NoSchedule" }] } },
      ["spec.taints[0].key: Invalid value"],
    ],
    ["v1", "Event", { metadata, involvedObject: { namespace: "other" } }, ["involvedObject.namespace: Invalid value"]],
    [
      "v1",
      "PersistentVolumeClaim",
      { metadata, spec: {} },
      ["spec.accessModes: Required value", "spec.resources[storage]: Required value"],
    ],
    [
      "v1",
      "PersistentVolume",
      { metadata: { name: "v" }, spec: {} },
      ["spec.accessModes: Required", "spec.capacity: Required", "spec: Required value: must specify a volume type"],
    ],
    ["storage.k8s.io/v1", "StorageClass", { metadata: { name: "s" } }, ["provisioner: Required value"]],
  ];
  it.each(cases)("%s %s %j", (apiVersion, kind, body, expected) => {
    const found = wrong(resourceOf(apiVersion, kind), body);
    expect(found).toEqual(expected.map((part) => expect.stringContaining(part)));
  });

  it("immutable ConfigMaps and Secrets stay", () => {
    const resource = resourceOf("v1", "ConfigMap");
    const parse = (body: object) => {
      const parsed = parseObject(resource, { metadata, ...body });
      if (!parsed.ok) throw new Error("must parse");
      return parsed.value;
    };
    const current = parse({ immutable: true, data: { a: "1" } });
    expect(resource.validateUpdate(parse({ immutable: true, data: { a: "1" } }), current)).toEqual([]);
    expect(resource.validateUpdate(parse({ data: { a: "2" } }), current).map(({ field }) => field)).toEqual([
      "immutable",
      "data",
    ]);
  });
});
