/** Pods as people write them, of about 2 KB once they are stored. */

export const podsPath = "/api/v1/namespaces/default/pods";
export const accountsPath = "/api/v1/namespaces/default/serviceaccounts";

export const defaultAccount = JSON.stringify({
  apiVersion: "v1",
  kind: "ServiceAccount",
  metadata: { name: "default" },
});

export function podText(name: string): string {
  const container = {
    name: "main",
    image: "registry.example/team/application:1.2.3",
    args: ["--listen=:8080", "--data=/var/lib/application", "--log-level=info"],
    ports: [{ name: "http", containerPort: 8_080 }],
    env: Array.from({ length: 6 }, (_, at) => ({ name: `SETTING_${at}`, value: `value-${at}-of-${name}` })),
    resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "128Mi" } },
    readinessProbe: { httpGet: { path: "/ready", port: "http" }, periodSeconds: 10 },
    livenessProbe: { httpGet: { path: "/live", port: "http" }, periodSeconds: 20 },
  };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: { "app.kubernetes.io/name": "application", "bench/pod": name } },
    spec: { automountServiceAccountToken: false, containers: [container] },
  });
}
