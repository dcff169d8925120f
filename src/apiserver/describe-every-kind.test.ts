/** `kubectl describe` of every kind that is stored, with each kubectl that the tests have. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type AnyResource, apiVersionOfResource, qualifiedPlural } from "../api/resource.ts";
import { storedResources } from "../api/resources.ts";
import { minimalObjects } from "../api/testing/minimal-objects.ts";
import { collectionPath } from "../client/resource-path.ts";
import { createKeyAndCsr } from "../platform/pki/board-key.ts";
import { Kubectl, kubectls } from "./streams/testing/run-kubectl.ts";
import { TestHttps } from "./testing/test-https.ts";

const server = await TestHttps.open();
const home = await mkdtemp(join(tmpdir(), "bramble-describe-"));
const base64 = (pem: string) => Buffer.from(pem).toString("base64");
const config = join(home, "config");
await writeFile(
  config,
  JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    clusters: [
      {
        name: "test",
        cluster: {
          server: `https://127.0.0.1:${server.server.port}`,
          "certificate-authority-data": base64(server.authority.caPem),
        },
      },
    ],
    users: [
      {
        name: "test",
        user: {
          "client-certificate-data": base64(server.administrator.cert),
          "client-key-data": base64(server.administrator.key),
        },
      },
    ],
    contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
  }),
);

afterAll(async () => {
  await server.server.close();
  await rm(home, { recursive: true });
});

interface Body {
  readonly metadata: { readonly name: string };
  readonly spec?: object;
}

/** The least of a kind that kubectl can make sense of: it looks into requests for certificates. */
async function bodyOf(resource: AnyResource): Promise<Body> {
  const body = minimalObjects[`${apiVersionOfResource(resource)}/${resource.kind}`] as Body;
  if (resource.kind !== "CertificateSigningRequest") return body;
  const { csrPem } = await createKeyAndCsr("anna");
  return { ...body, spec: { ...body.spec, request: base64(csrPem) } };
}

const bodies = new Map<AnyResource, Body>();
for (const resource of storedResources) {
  const body = await bodyOf(resource);
  bodies.set(resource, body);
  const path = collectionPath(resource, resource.namespaced ? "default" : undefined);
  const reply = await server.fleet.send("POST", path, body);
  if (reply.status !== 201) throw new Error(`${resource.kind}: ${JSON.stringify(reply.body)}`);
}

describe.each(kubectls)("kubectl %s describes", (_, program) => {
  it.each(storedResources.map((resource) => [qualifiedPlural(resource), resource] as const))(
    "%s",
    async (plural, resource) => {
      const name = bodies.get(resource)?.metadata.name ?? "";
      const cache = ["--cache-dir", join(home, "cache")];
      const { code, stdout, stderr } = await new Kubectl(program, config).run([...cache, "describe", plural, name]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout.toString()).toMatch(new RegExp(`^Name: +${name.replaceAll(".", "\\.")}$`, "m"));
    },
  );
});
