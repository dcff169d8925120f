/** The ClusterRoles that every fleet has, with the names and the meaning that they have in Kubernetes. */
import type { ClusterRole } from "../../../api/kinds/rbac/cluster-role.ts";
import { aggregatedRole, clusterRole, pathRule, readVerbs, rule, writeVerbs } from "./rules.ts";

const healthPaths = "/healthz /livez /readyz /version /version/";

/** What may be seen of a namespace: everything but Secrets, and who has which rights. */
const view = [
  rule(
    readVerbs,
    "",
    "configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods podtemplates replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status",
  ),
  rule(
    readVerbs,
    "",
    "bindings events limitranges namespaces namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas resourcequotas/status",
  ),
  rule(readVerbs, "events.k8s.io", "events"),
  rule(readVerbs, "discovery.k8s.io", "endpointslices"),
  rule(
    readVerbs,
    "apps",
    "controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status",
  ),
  rule(readVerbs, "autoscaling", "horizontalpodautoscalers horizontalpodautoscalers/status"),
  rule(readVerbs, "batch", "cronjobs cronjobs/status jobs jobs/status"),
  rule(readVerbs, "policy", "poddisruptionbudgets poddisruptionbudgets/status"),
  rule(readVerbs, "networking.k8s.io", "ingresses ingresses/status networkpolicies"),
];

/** What may be changed in a namespace. Endpoints may not: they lead traffic past network policies. */
const edit = [
  rule(readVerbs, "", "pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy"),
  // Whoever runs pods of an account can be that account.
  rule(["impersonate"], "", "serviceaccounts"),
  rule(writeVerbs, "", "pods pods/attach pods/exec pods/portforward pods/proxy"),
  rule(["create"], "", "pods/eviction"),
  rule(
    writeVerbs,
    "",
    "configmaps events persistentvolumeclaims podtemplates replicationcontrollers replicationcontrollers/scale secrets serviceaccounts services services/proxy",
  ),
  rule(["create"], "", "serviceaccounts/token"),
  rule(
    writeVerbs,
    "apps",
    "daemonsets deployments deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale",
  ),
  rule(writeVerbs, "autoscaling", "horizontalpodautoscalers"),
  rule(writeVerbs, "batch", "cronjobs jobs"),
  rule(writeVerbs, "policy", "poddisruptionbudgets"),
  rule(writeVerbs, "networking.k8s.io", "ingresses networkpolicies"),
  rule([...readVerbs, ...writeVerbs], "coordination.k8s.io", "leases"),
];

/** Who owns a namespace also says who may do what in it. */
const admin = [
  rule(["create"], "authorization.k8s.io", "localsubjectaccessreviews"),
  rule([...readVerbs, ...writeVerbs], "rbac.authorization.k8s.io", "rolebindings roles"),
];

/** What a board's own credential may do, as far as the node authorizer does not look closer. */
export const nodeRules = [
  rule(["create"], "authentication.k8s.io", "tokenreviews"),
  rule(["create"], "authorization.k8s.io", "localsubjectaccessreviews subjectaccessreviews"),
  rule(readVerbs, "", "services"),
  rule(["create", "get", "list", "watch"], "", "nodes"),
  rule(["patch", "update"], "", "nodes nodes/status"),
  rule(["create", "patch", "update"], "", "events"),
  rule(["create", "patch", "update"], "events.k8s.io", "events"),
  rule(readVerbs, "", "pods"),
  rule(["patch", "update"], "", "pods/status"),
  rule(["delete"], "", "pods"),
  rule(["get"], "", "configmaps persistentvolumeclaims persistentvolumes secrets"),
  rule(["get", "list", "watch"], "", "configmaps secrets"),
  rule(["create"], "", "serviceaccounts/token"),
  rule(["create", "get", "list", "watch"], "certificates.k8s.io", "certificatesigningrequests"),
  rule([...readVerbs, "create", "delete", "patch", "update"], "coordination.k8s.io", "leases"),
  rule(readVerbs, "node.k8s.io", "runtimeclasses"),
];

const eventWriting = [
  rule(["create", "patch", "update"], "", "events"),
  rule(["create", "patch", "update"], "events.k8s.io", "events"),
];

export const defaultClusterRoles: readonly ClusterRole[] = [
  clusterRole("cluster-admin", [rule(["*"], "*", "*"), { verbs: ["*"], nonResourceURLs: ["*"] }]),
  aggregatedRole("admin"),
  aggregatedRole("edit", ["admin"]),
  aggregatedRole("view", ["edit"]),
  clusterRole("system:aggregate-to-admin", admin, ["admin"]),
  clusterRole("system:aggregate-to-edit", edit, ["edit"]),
  clusterRole("system:aggregate-to-view", view, ["view"]),
  clusterRole(
    "system:aggregated-metrics-reader",
    [rule(readVerbs, "metrics.k8s.io", "nodes pods")],
    ["admin", "edit", "view"],
  ),
  // Who may read the public topics over MQTT, and the same objects through the API: no Secrets, no ConfigMaps, no logs.
  clusterRole("bramble:telemetry-reader", [
    rule(readVerbs, "", "events nodes persistentvolumeclaims pods"),
    rule(readVerbs, "apps", "daemonsets deployments statefulsets"),
    rule(readVerbs, "batch", "jobs"),
  ]),
  clusterRole("system:discovery", [pathRule(`/api /api/* /apis /apis/* ${healthPaths} /openapi /openapi/*`)]),
  clusterRole("system:public-info-viewer", [pathRule(healthPaths)]),
  clusterRole("system:basic-user", [
    rule(["create"], "authorization.k8s.io", "selfsubjectaccessreviews selfsubjectrulesreviews"),
    rule(["create"], "authentication.k8s.io", "selfsubjectreviews"),
  ]),
  clusterRole("system:monitoring", [
    pathRule("/healthz /healthz/* /livez /livez/* /metrics /metrics/slis /readyz /readyz/*"),
  ]),
  clusterRole("system:auth-delegator", [
    rule(["create"], "authentication.k8s.io", "tokenreviews"),
    rule(["create"], "authorization.k8s.io", "subjectaccessreviews"),
  ]),
  clusterRole("system:service-account-issuer-discovery", [
    pathRule("/.well-known/openid-configuration /.well-known/openid-configuration/ /openid/v1/jwks /openid/v1/jwks/"),
  ]),
  clusterRole("system:kubelet-api-admin", [
    rule(readVerbs, "", "nodes"),
    rule(["proxy"], "", "nodes"),
    rule(["*"], "", "nodes/log nodes/metrics nodes/proxy nodes/stats"),
  ]),
  clusterRole("system:certificates.k8s.io:kube-apiserver-client-approver", [
    { ...rule(["approve"], "certificates.k8s.io", "signers"), resourceNames: ["kubernetes.io/kube-apiserver-client"] },
  ]),
  clusterRole("system:node", nodeRules),
  clusterRole("system:node-proxier", [
    rule(["list", "watch"], "", "endpoints services"),
    rule(readVerbs, "", "nodes"),
    rule(["list", "watch"], "discovery.k8s.io", "endpointslices"),
    ...eventWriting,
  ]),
];
