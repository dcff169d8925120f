import { once } from "node:events";
import { request as httpsRequest } from "node:https";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { MetricRegistry } from "../../lib/metrics.ts";
import type { Loose } from "../testing/test-api.ts";
import { TestHttps } from "../testing/test-https.ts";
import type { AuditLevel } from "./audit-event.ts";

const home = "/api/v1/namespaces/default";
let lines: Loose[] = [];
const sink = { write: (line: string) => void lines.push(JSON.parse(line)) };
const open = (level: AuditLevel) => TestHttps.open(0, new MetricRegistry(), undefined, { level, sink });
const metadata = await open("Metadata");
const request = await open("Request");
afterAll(() => Promise.all([metadata.server.close(), request.server.close()]));
beforeEach(() => {
  lines = [];
});

async function noted(count = 1): Promise<Loose> {
  await expect.poll(() => lines.length).toBe(count);
  return lines.at(-1);
}

const configMap = (name: string) => JSON.stringify({ metadata: { name }, data: { a: "b" } });

describe("the audit log", () => {
  it("says who did what to what, and how it ended", async () => {
    const headers = { "user-agent": "kubectl/v1" };
    await metadata.ask(`${home}/configmaps?dryRun=All`, { method: "POST", headers, body: configMap("a") });
    expect(await noted()).toMatchObject({
      kind: "Event",
      apiVersion: "audit.k8s.io/v1",
      level: "Metadata",
      stage: "ResponseComplete",
      requestURI: `${home}/configmaps?dryRun=All`,
      verb: "create",
      user: { username: "admin", groups: ["system:masters", "system:authenticated"] },
      sourceIPs: ["127.0.0.1"],
      userAgent: "kubectl/v1",
      objectRef: { resource: "configmaps", namespace: "default", name: "a", apiVersion: "v1" },
      responseStatus: { code: 201 },
      requestReceivedTimestamp: "2023-11-14T22:13:20.000000Z",
      annotations: { "authorization.k8s.io/decision": "allow" },
    });
    expect(lines[0]).not.toHaveProperty("requestObject");
  });

  it("notes who acts as whom, and what was refused", async () => {
    await metadata.ask(`${home}/pods`, { headers: { "impersonate-user": "eve" } });
    expect(await noted()).toMatchObject({
      verb: "list",
      user: { username: "admin" },
      impersonatedUser: { username: "eve" },
      responseStatus: { code: 403 },
      annotations: { "authorization.k8s.io/decision": "forbid" },
    });
    await metadata.ask(`${home}/pods`, { as: undefined, headers: { authorization: "Bearer secret-text" } });
    expect(await noted(2)).toMatchObject({ user: {}, responseStatus: { code: 401 } });
    expect(JSON.stringify(lines)).not.toContain("secret-text");
  });

  it("keeps what was submitted where it is told to", async () => {
    await request.ask(`${home}/configmaps`, { method: "POST", body: configMap("b") });
    expect(await noted()).toMatchObject({ level: "Request", requestObject: { data: { a: "b" } } });
    const large = JSON.stringify({ metadata: { name: "c" }, data: { a: "x".repeat(100_000) } });
    await request.ask(`${home}/configmaps`, { method: "POST", body: large });
    expect(await noted(2)).toMatchObject({ annotations: { "audit.k8s.io/truncated": "true" } });
    expect(lines[1]).not.toHaveProperty("requestObject");
  });

  it("never holds a Secret or a token, whatever its level", async () => {
    const body = JSON.stringify({ metadata: { name: "s" }, stringData: { password: "hunter2" } });
    await request.ask(`${home}/secrets`, { method: "POST", body });
    const patch = { "content-type": "application/merge-patch+json" };
    await request.ask(`${home}/secrets/s`, { method: "PATCH", headers: patch, body });
    await request.ask(`${home}/serviceaccounts`, { method: "POST", body: JSON.stringify({ metadata: { name: "t" } }) });
    const { json } = await request.ask(`${home}/serviceaccounts/t/token`, { method: "POST", body: "{}" });
    const { token } = json.status;
    const review = JSON.stringify({ spec: { token } });
    await request.ask("/apis/authentication.k8s.io/v1/tokenreviews", { method: "POST", body: review });
    await request.ask("/version/x", { as: undefined, headers: { authorization: `Bearer ${token}` } });
    await noted(6);
    expect(JSON.stringify(lines)).not.toContain("hunter2");
    expect(JSON.stringify(lines)).not.toContain(token);
    expect(lines[0].objectRef).toMatchObject({ resource: "secrets", name: "s" });
  });

  it("notes a watch when it begins, and when it ends", async () => {
    const watch = httpsRequest({ ...metadata.options(), path: `${home}/pods?watch=true` }).end();
    watch.on("error", () => {});
    await once(watch, "response");
    expect(await noted()).toMatchObject({ stage: "RequestReceived", verb: "watch" });
    watch.destroy();
    expect(await noted(2)).toMatchObject({ stage: "ResponseComplete", responseStatus: { code: 200 } });
    expect(lines[0].auditID).toBe(lines[1].auditID);
  });

  it("says nothing of who asks whether the voter lives", async () => {
    await metadata.ask("/readyz", { as: undefined });
    await metadata.ask("/version?timeout=5s");
    await metadata.ask(`${home}/pods/nothing`);
    expect(await noted()).toMatchObject({ verb: "get", responseStatus: { code: 404 } });
  });
});
