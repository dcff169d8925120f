import { describe, expect, it } from "vitest";
import { cells, created, kindUnderTest, wrong, wrongUpdate } from "../../testing/kind-under-test.ts";

const group = "rbac.authorization.k8s.io";
const metadata = { name: "system:reader", namespace: "default", creationTimestamp: "2026-01-01T00:00:00Z" };
const fleet = { name: "system:reader" };
const role = kindUnderTest(`${group}/v1`, "Role");
const clusterRole = kindUnderTest(`${group}/v1`, "ClusterRole");
const roleBinding = kindUnderTest(`${group}/v1`, "RoleBinding");
const clusterRoleBinding = kindUnderTest(`${group}/v1`, "ClusterRoleBinding");
const roleRef = { kind: "Role", name: "reader" };

describe("roles", () => {
  it("say when they were created, and may have colons in their names", () => {
    expect(cells(role, { metadata }, 0)).toEqual({ Name: "system:reader", "Created At": "2026-01-01T00:00:00Z" });
    expect(wrong(role, { metadata: { ...metadata, name: "a/b" } })).toEqual([
      `metadata.name: Invalid value: "a/b": may not contain '/'`,
    ]);
  });

  const cases: [string, typeof role, object, string[]][] = [
    [
      "no verb",
      role,
      { verbs: [], apiGroups: [""], resources: ["pods"] },
      ["rules[0].verbs: Required value: verbs must contain at least one value"],
    ],
    [
      "no resource",
      role,
      { verbs: ["get"], apiGroups: [""] },
      ["rules[0].resources: Required value: resource rules must supply at least one resource"],
    ],
    [
      "no group",
      role,
      { verbs: ["get"], resources: ["pods"] },
      ["rules[0].apiGroups: Required value: resource rules must supply at least one api group"],
    ],
    [
      "a path within a namespace",
      role,
      { verbs: ["get"], nonResourceURLs: ["/a"] },
      ['rules[0].nonResourceURLs: Invalid value: ["/a"]: namespaced rules cannot apply to non-resource URLs'],
    ],
    [
      "a path that is a resource",
      clusterRole,
      { verbs: ["get"], nonResourceURLs: ["/a"], resources: ["pods"] },
      [
        'rules[0].nonResourceURLs: Invalid value: ["/a"]: rules cannot apply to both regular resources and non-resource URLs',
      ],
    ],
  ];
  it.each(cases)("refuse a rule about %s", (_, resource, rule, causes) => {
    expect(wrong(resource, { metadata: resource.namespaced ? metadata : fleet, rules: [rule] })).toEqual(causes);
  });

  it("are made of others that are named", () => {
    expect(wrong(clusterRole, { metadata: fleet, aggregationRule: {} })).toEqual([
      "aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil",
    ]);
  });
});

describe("bindings", () => {
  it("complete the groups of roles and subjects", () => {
    const subjects = [
      { kind: "User", name: "anna" },
      { kind: "ServiceAccount", name: "a", namespace: "n" },
    ];
    expect(created(roleBinding, { metadata, roleRef, subjects })).toMatchObject({
      roleRef: { ...roleRef, apiGroup: group },
      subjects: [
        { kind: "User", name: "anna", apiGroup: group },
        { kind: "ServiceAccount", name: "a", namespace: "n" },
      ],
    });
  });

  const cases: [string, typeof role, object, string[]][] = [
    [
      "another kind of role",
      roleBinding,
      { roleRef: { kind: "Pod", name: "x" } },
      ['roleRef.kind: Unsupported value: "Pod": supported values: "Role", "ClusterRole"'],
    ],
    [
      "a role of one namespace everywhere",
      clusterRoleBinding,
      { roleRef },
      ['roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"'],
    ],
    [
      "an account of nowhere",
      roleBinding,
      { roleRef, subjects: [{ kind: "ServiceAccount", name: "a" }] },
      ["subjects[0].namespace: Required value"],
    ],
    [
      "somebody of another kind",
      roleBinding,
      { roleRef, subjects: [{ kind: "Robot", name: "a" }] },
      ['subjects[0].kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"'],
    ],
    [
      "a user of another group",
      roleBinding,
      { roleRef, subjects: [{ kind: "User", name: "a", apiGroup: "x" }] },
      [`subjects[0].apiGroup: Unsupported value: "x": supported values: "${group}"`],
    ],
  ];
  it.each(cases)("refuse %s", (_, resource, rest, causes) => {
    expect(wrong(resource, { metadata: resource.namespaced ? metadata : fleet, ...rest })).toEqual(causes);
  });

  it("stay of their role", () => {
    const other = { metadata, roleRef: { kind: "Role", name: "writer" } };
    expect(wrongUpdate(roleBinding, { metadata, roleRef }, other)).toEqual([
      expect.stringMatching(/^roleRef: Invalid value: .*: cannot change roleRef$/),
    ]);
  });

  it("show who has the role", () => {
    const subjects = [
      { kind: "User", name: "anna" },
      { kind: "User", name: "otto" },
      { kind: "Group", name: "g" },
      { kind: "ServiceAccount", name: "a", namespace: "n" },
    ];
    expect(cells(roleBinding, { metadata, roleRef, subjects }, 0)).toMatchObject({
      Role: "Role/reader",
      Users: "anna, otto",
      Groups: "g",
      ServiceAccounts: "n/a",
    });
  });
});

describe("reviews", () => {
  const authorization = "authorization.k8s.io/v1";
  const resourceAttributes = { verb: "get", resource: "pods", namespace: "default" };
  const nonResourceAttributes = { verb: "get", path: "/healthz" };
  const subjectReview = kindUnderTest(authorization, "SubjectAccessReview");
  const localReview = kindUnderTest(authorization, "LocalSubjectAccessReview");
  const selfReview = kindUnderTest(authorization, "SelfSubjectAccessReview");

  it("can be created, and nothing else", () => {
    expect([subjectReview, localReview, selfReview].map(({ verbs }) => verbs)).toEqual([
      ["create"],
      ["create"],
      ["create"],
    ]);
  });

  const cases: [string, typeof role, object, string[]][] = [
    [
      "nobody",
      subjectReview,
      { spec: { resourceAttributes } },
      ['spec.user: Invalid value: "": at least one of user or group must be specified'],
    ],
    [
      "nothing",
      selfReview,
      { spec: {} },
      [
        "spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified",
      ],
    ],
    [
      "two things",
      selfReview,
      { spec: { resourceAttributes, nonResourceAttributes } },
      [
        expect.stringMatching(
          /^spec\.nonResourceAttributes: .*: cannot be specified in combination with resourceAttributes$/,
        ),
      ],
    ],
    [
      "another namespace",
      localReview,
      { metadata: { namespace: "other" }, spec: { user: "anna", resourceAttributes } },
      ['spec.resourceAttributes.namespace: Invalid value: "default": must match metadata.namespace'],
    ],
  ];
  it.each(cases)("refuse to be about %s", (_, resource, body, causes) => {
    expect(wrong(resource, body)).toEqual(causes);
  });
});
