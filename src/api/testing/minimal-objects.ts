/** The least that a client must send to create an object of each kind, for properties that hold for every kind. */
const metadata = { name: "web", namespace: "default" };
const fleet = { name: "web" };
const labels = { app: "web" };
const container = { name: "a", image: "hello:1" };
const template = { metadata: { labels }, spec: { containers: [container] } };
const jobTemplate = { spec: { containers: [container], restartPolicy: "Never" } };
const scaleTargetRef = { kind: "Deployment", name: "web", apiVersion: "apps/v1" };
const selector = { matchLabels: labels };
const roleRef = { kind: "ClusterRole", name: "view" };
const user = { kind: "User", name: "anna" };
const resourceAttributes = { verb: "get", resource: "pods", namespace: "default" };

/** By `apiVersion/kind`. */
export const minimalObjects: Readonly<Record<string, object>> = {
  "v1/ConfigMap": { metadata },
  "v1/Endpoints": { metadata, subsets: [{ addresses: [{ ip: "10.42.1.7" }], ports: [{ port: 80 }] }] },
  "v1/Event": { metadata, involvedObject: { kind: "Pod", name: "a", namespace: "default" } },
  "v1/LimitRange": { metadata, spec: { limits: [{ type: "Container", max: { cpu: "1" } }] } },
  "v1/Namespace": { metadata: fleet },
  "v1/Node": { metadata: fleet },
  "v1/PersistentVolume": {
    metadata: fleet,
    spec: { accessModes: ["ReadWriteOnce"], capacity: { storage: "1Gi" }, hostPath: { path: "/v" } },
  },
  "v1/PersistentVolumeClaim": {
    metadata,
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  },
  "v1/Pod": { metadata, spec: { containers: [container] } },
  "v1/PodTemplate": { metadata, template },
  "v1/ReplicationController": { metadata, spec: { template } },
  "v1/ResourceQuota": { metadata, spec: { hard: { pods: "2" } } },
  "v1/Secret": { metadata },
  "v1/Service": { metadata, spec: { ports: [{ port: 80 }] } },
  "v1/ServiceAccount": { metadata },
  "apps/v1/ControllerRevision": { metadata, data: { spec: {} }, revision: 1 },
  "apps/v1/DaemonSet": { metadata, spec: { selector, template } },
  "apps/v1/Deployment": { metadata, spec: { selector, template } },
  "apps/v1/ReplicaSet": { metadata, spec: { selector, template } },
  "apps/v1/StatefulSet": {
    metadata,
    spec: { selector, template, volumeClaimTemplates: [{ metadata: { name: "data" } }] },
  },
  "batch/v1/CronJob": { metadata, spec: { schedule: "*/5 * * * *", jobTemplate: { spec: { template: jobTemplate } } } },
  "batch/v1/Job": { metadata: { ...metadata, uid: "u" }, spec: { template: jobTemplate } },
  "policy/v1/PodDisruptionBudget": { metadata, spec: { minAvailable: 1, selector } },
  "rbac.authorization.k8s.io/v1/Role": {
    metadata,
    rules: [{ verbs: ["get"], apiGroups: [""], resources: ["pods"] }],
  },
  "rbac.authorization.k8s.io/v1/ClusterRole": {
    metadata: fleet,
    rules: [{ verbs: ["get"], nonResourceURLs: ["/healthz"] }],
  },
  "rbac.authorization.k8s.io/v1/RoleBinding": { metadata, roleRef, subjects: [user] },
  "rbac.authorization.k8s.io/v1/ClusterRoleBinding": { metadata: fleet, roleRef, subjects: [user] },
  "authentication.k8s.io/v1/SelfSubjectReview": {},
  "authentication.k8s.io/v1beta1/SelfSubjectReview": {},
  "authentication.k8s.io/v1alpha1/SelfSubjectReview": {},
  "authentication.k8s.io/v1/TokenReview": { spec: { token: "t" } },
  "authorization.k8s.io/v1/LocalSubjectAccessReview": {
    metadata: { namespace: "default" },
    spec: { user: "anna", resourceAttributes },
  },
  "authorization.k8s.io/v1/SelfSubjectAccessReview": { spec: { resourceAttributes } },
  "authorization.k8s.io/v1/SelfSubjectRulesReview": { spec: { namespace: "default" } },
  "authorization.k8s.io/v1/SubjectAccessReview": { spec: { user: "anna", resourceAttributes } },
  "coordination.k8s.io/v1/Lease": { metadata, spec: { holderIdentity: "a", leaseDurationSeconds: 15 } },
  "metrics.k8s.io/v1beta1/NodeMetrics": { metadata: fleet, window: "1s", usage: { cpu: "1m", memory: "1Ki" } },
  "metrics.k8s.io/v1beta1/PodMetrics": {
    metadata,
    window: "1s",
    containers: [{ name: "c", usage: { cpu: "1m", memory: "1Ki" } }],
  },
  "scheduling.k8s.io/v1/PriorityClass": { metadata: fleet, value: 10 },
  "node.k8s.io/v1/RuntimeClass": { metadata: fleet, handler: "runc" },
  "storage.k8s.io/v1/StorageClass": { metadata: fleet, provisioner: "bramble.io/local" },
  "apiextensions.k8s.io/v1/CustomResourceDefinition": {
    metadata: { name: "greetings.example.com" },
    spec: {
      group: "example.com",
      names: { plural: "greetings", kind: "Greeting" },
      scope: "Namespaced",
      versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
    },
  },
  "autoscaling/v1/HorizontalPodAutoscaler": { metadata, spec: { scaleTargetRef, maxReplicas: 3 } },
  "autoscaling/v2/HorizontalPodAutoscaler": { metadata, spec: { scaleTargetRef, maxReplicas: 3 } },
  "autoscaling/v2beta2/HorizontalPodAutoscaler": { metadata, spec: { scaleTargetRef, maxReplicas: 3 } },
  "certificates.k8s.io/v1/CertificateSigningRequest": {
    metadata: fleet,
    spec: {
      request: Buffer.from("-----BEGIN CERTIFICATE REQUEST-----\n").toString("base64"),
      signerName: "example.com/boards",
      usages: ["client auth"],
    },
  },
  "networking.k8s.io/v1/Ingress": {
    metadata,
    spec: { defaultBackend: { service: { name: "web", port: { number: 80 } } } },
  },
  "networking.k8s.io/v1/IngressClass": { metadata: fleet, spec: { controller: "example.com/ingress" } },
  "networking.k8s.io/v1/NetworkPolicy": { metadata },
  "discovery.k8s.io/v1/EndpointSlice": { metadata, addressType: "IPv4" },
  "discovery.k8s.io/v1beta1/EndpointSlice": { metadata, addressType: "IPv4" },
  "batch/v1beta1/CronJob": { metadata, spec: { schedule: "@daily", jobTemplate: { spec: { template: jobTemplate } } } },
  "policy/v1beta1/PodDisruptionBudget": { metadata, spec: { minAvailable: 1, selector } },
  "events.k8s.io/v1/Event": {
    metadata,
    eventTime: "2026-01-01T00:00:00.000001Z",
    regarding: { kind: "Pod", name: "a", namespace: "default" },
    reportingController: "c.example/d",
    reportingInstance: "d-1",
    action: "Pull",
    reason: "Pulled",
    type: "Normal",
  },
};
