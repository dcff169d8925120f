import { describe, expect, it } from "vitest";
import type { ClusterRole } from "../../../api/kinds/rbac/cluster-role.ts";
import type { ClusterRoleBinding } from "../../../api/kinds/rbac/cluster-role-binding.ts";
import type { PolicyRule } from "../../../api/kinds/rbac/policy-rule.ts";
import type { Role } from "../../../api/kinds/rbac/role.ts";
import type { RoleBinding } from "../../../api/kinds/rbac/role-binding.ts";
import type { Subject } from "../../../api/kinds/rbac/subject.ts";
import { attributesOf } from "../request-attributes.ts";
import { rightsText, uncoveredRights } from "./covers.ts";
import type { Policy } from "./policy.ts";
import { decide } from "./rbac-authorizer.ts";
import { ruleAllows } from "./rule-allows.ts";

const read: PolicyRule = { verbs: ["get", "list"], apiGroups: [""], resources: ["pods", "pods/log"] };
const jane: Subject = { kind: "User", apiGroup: "rbac.authorization.k8s.io", name: "jane" };

function asked(text: string) {
  const [method = "GET", path = ""] = text.split(" ");
  return attributesOf({ method: method as "GET", path });
}

describe("a rule", () => {
  it.each<[string, PolicyRule, string, boolean]>([
    ["allows its verbs", read, "GET /api/v1/namespaces/n/pods", true],
    ["allows no other verb", read, "DELETE /api/v1/namespaces/n/pods/p", false],
    ["allows no other group", read, "GET /apis/apps/v1/namespaces/n/pods", false],
    ["names its subresources", read, "GET /api/v1/namespaces/n/pods/p/log", true],
    ["says nothing of other subresources", read, "GET /api/v1/namespaces/n/pods/p/status", false],
    ["may be for every verb", { ...read, verbs: ["*"] }, "POST /api/v1/namespaces/n/pods", true],
    ["may be for every group", { ...read, apiGroups: ["*"] }, "GET /apis/x/v1/pods", true],
    ["may be for everything", { ...read, resources: ["*"] }, "GET /api/v1/namespaces/n/secrets/s/x", true],
    ["may be for a subresource of all", { ...read, resources: ["*/status"] }, "GET /api/v1/nodes/b/status", true],
    [
      "for a subresource of all says nothing of the rest",
      { ...read, resources: ["*/status"] },
      "GET /api/v1/nodes/b",
      false,
    ],
    ["may be for one name", { ...read, resourceNames: ["p"] }, "GET /api/v1/namespaces/n/pods/p", true],
    ["for one name allows no other", { ...read, resourceNames: ["p"] }, "GET /api/v1/namespaces/n/pods/q", false],
    ["for one name allows no list of all", { ...read, resourceNames: ["p"] }, "GET /api/v1/namespaces/n/pods", false],
    ["for resources allows no path", read, "GET /healthz", false],
    ["may be for a path", { verbs: ["get"], nonResourceURLs: ["/healthz"] }, "GET /healthz", true],
    ["for a path allows none below it", { verbs: ["get"], nonResourceURLs: ["/healthz"] }, "GET /healthz/etcd", false],
    ["may be for paths below one", { verbs: ["get"], nonResourceURLs: ["/apis/*"] }, "GET /apis/apps", true],
    ["may be for all paths", { verbs: ["*"], nonResourceURLs: ["*"] }, "POST /anything", true],
    ["with toString as its verb is an ordinary rule", { ...read, verbs: ["toString"] }, "GET /api/v1/pods", false],
  ])("%s", (_, rule, request, expected) => {
    expect(ruleAllows(rule, asked(request))).toBe(expected);
  });
});

function clusterRole(name: string, rules: PolicyRule[]): ClusterRole {
  return { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name }, rules };
}

function role(namespace: string, name: string, rules: PolicyRule[]): Role {
  return { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata: { name, namespace }, rules };
}

function binding(namespace: string, kind: string, name: string, subjects: Subject[]): RoleBinding {
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind, name };
  const metadata = { name: "b", namespace };
  return { apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding", metadata, roleRef, subjects };
}

function clusterBinding(name: string, subjects: Subject[]): ClusterRoleBinding {
  const { roleRef } = binding("", "ClusterRole", name, []);
  const metadata = { name: "cb" };
  return { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRoleBinding", metadata, roleRef, subjects };
}

function policyOf(objects: readonly (ClusterRole | Role | RoleBinding | ClusterRoleBinding)[]): Policy {
  return {
    clusterRole: (name) => objects.find((o): o is ClusterRole => o.kind === "ClusterRole" && o.metadata.name === name),
    role: (namespace, name) =>
      objects.find(
        (o): o is Role => o.kind === "Role" && o.metadata.name === name && o.metadata.namespace === namespace,
      ),
    clusterRoleBindings: objects.filter((o): o is ClusterRoleBinding => o.kind === "ClusterRoleBinding"),
    roleBindings: (namespace) =>
      objects.filter((o): o is RoleBinding => o.kind === "RoleBinding" && o.metadata.namespace === namespace),
  };
}

describe("a grant", () => {
  const list = "GET /api/v1/namespaces/n/pods";
  const reader = clusterRole("reader", [read]);

  it.each<[string, Parameters<typeof policyOf>[0], string, boolean]>([
    ["in the whole fleet holds in a namespace", [reader, clusterBinding("reader", [jane])], list, true],
    [
      "in the whole fleet holds for all namespaces",
      [reader, clusterBinding("reader", [jane])],
      "GET /api/v1/pods",
      true,
    ],
    ["in a namespace holds there", [reader, binding("n", "ClusterRole", "reader", [jane])], list, true],
    ["in a namespace holds nowhere else", [reader, binding("m", "ClusterRole", "reader", [jane])], list, false],
    [
      "in a namespace is none for all",
      [reader, binding("n", "ClusterRole", "reader", [jane])],
      "GET /api/v1/pods",
      false,
    ],
    ["may be of the namespace's own role", [role("n", "r", [read]), binding("n", "Role", "r", [jane])], list, true],
    ["is never of another namespace's role", [role("m", "r", [read]), binding("n", "Role", "r", [jane])], list, false],
    ["of a role that is not there is none", [binding("n", "Role", "r", [jane])], list, false],
    ["may be to a group", [reader, clusterBinding("reader", [{ kind: "Group", name: "devs" }])], list, true],
    ["to another user is none", [reader, clusterBinding("reader", [{ kind: "User", name: "joe" }])], list, false],
    [
      "to a group of the user's name is none",
      [reader, clusterBinding("reader", [{ kind: "Group", name: "jane" }])],
      list,
      false,
    ],
    ["to nobody is none", [reader, clusterBinding("reader", [])], list, false],
  ])("%s", (_, objects, request, expected) => {
    const decision = decide(policyOf(objects), { user: "jane", groups: ["devs"] }, asked(request));
    expect(decision.type === "allowed").toBe(expected);
  });

  it("to a ServiceAccount is to that of its namespace alone", () => {
    const account: Subject = { kind: "ServiceAccount", namespace: "ci", name: "builder" };
    const policy = policyOf([reader, binding("n", "ClusterRole", "reader", [account])]);
    const builder = { user: "system:serviceaccount:ci:builder", groups: [] };
    expect(decide(policy, builder, asked(list))).toEqual({
      type: "allowed",
      reason: 'RBAC: allowed by RoleBinding "b/n" of ClusterRole "reader" to ServiceAccount "builder/ci"',
    });
    const other = { user: "system:serviceaccount:n:builder", groups: [] };
    expect(decide(policy, other, asked(list)).type).toBe("noOpinion");
  });
});

describe("what somebody would grant", () => {
  it.each<[string, PolicyRule[], PolicyRule[], string]>([
    ["he has", [read], [{ ...read, verbs: ["get"] }], ""],
    [
      "he has through several rules",
      [
        { ...read, verbs: ["get"] },
        { ...read, verbs: ["list"] },
      ],
      [read],
      "",
    ],
    ["he has by a star", [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }], [read], ""],
    [
      "he lacks a verb of",
      [read],
      [{ ...read, verbs: ["get", "delete"], resources: ["pods"] }],
      '{APIGroups:[""], Resources:["pods"], Verbs:["delete"]}',
    ],
    [
      "is more than he has by name",
      [{ ...read, resourceNames: ["p"] }],
      [{ verbs: ["get"], apiGroups: [""], resources: ["pods"] }],
      '{APIGroups:[""], Resources:["pods"], Verbs:["get"]}',
    ],
    [
      "is a star that he lacks",
      [read],
      [{ verbs: ["*"], apiGroups: [""], resources: ["pods"] }],
      '{APIGroups:[""], Resources:["pods"], Verbs:["*"]}',
    ],
    [
      "is a path that he lacks",
      [read],
      [{ verbs: ["get"], nonResourceURLs: ["/metrics"] }],
      '{NonResourceURLs:["/metrics"], Verbs:["get"]}',
    ],
    [
      "is below a path of his",
      [{ verbs: ["get"], nonResourceURLs: ["/a*"] }],
      [{ verbs: ["get"], nonResourceURLs: ["/ab*"] }],
      "",
    ],
  ])("%s", (_, owned, wanted, missing) => {
    expect(rightsText(uncoveredRights(owned, wanted))).toBe(missing);
  });
});
