import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { TestHttps } from "../../src/apiserver/testing/test-https.ts";
import { MetricRegistry } from "../../src/lib/metrics.ts";
import { buildDashboard } from "./built-dashboard.ts";

const built = await buildDashboard();
const facts = { fleet: "home", version: "0.0.0" };
const dashboard = { assets: built.assets, facts };
const telemetry = {
  door: { connect: () => false },
  isOwnHost: (host: string) => /^(127\.0\.0\.1|b1\.local)(:\d+)?$/.test(host),
};
const server = await TestHttps.open(0, new MetricRegistry(), undefined, undefined, { dashboard, telemetry });
afterAll(async () => {
  await server.server.close();
  await built[Symbol.asyncDispose]();
});

const ask = (path: string, headers: Readonly<Record<string, string>> = {}, method = "GET") =>
  server.ask(path, { as: undefined, headers, method });
const page = (await ask("/dashboard")).bytes.toString();
const [script = ""] = /\/dashboard\/app-[A-Z0-9]+\.js/.exec(page) ?? [];
const [style = ""] = /\/dashboard\/style-[A-Z0-9]+\.css/.exec(page) ?? [];

describe("the dashboard's files", () => {
  it("are small", () => {
    const { firstLoad, all } = built.sizes;
    console.log(`dashboard: ${firstLoad} bytes to begin with, ${all} in all, with Brotli`);
    expect(firstLoad).toBeLessThan(120_000);
    expect(all).toBeLessThan(250_000);
  });

  it("name nothing but one another: no script, style or handler stands in the page itself", () => {
    expect(page).not.toMatch(/<script(?![^>]*\bsrc="\/dashboard\/)|<style|\son[a-z]+=|https?:/);
  });

  it.each(["/dashboard", "/dashboard/", script, style])("%s may run and load nothing but our own", async (path) => {
    const { status, headers } = await ask(path);
    expect(status).toBe(200);
    expect(headers["content-security-policy"]).toBe(
      [
        ...["default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:"],
        ...["connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
        ...["require-trusted-types-for 'script'", "trusted-types 'none'"],
      ].join("; "),
    );
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
      "permissions-policy": expect.stringContaining("camera=()"),
    });
  });

  it("are kept by browsers for good where their names change with them, and asked for where not", async () => {
    expect((await ask(script)).headers).toMatchObject({
      "cache-control": "public, max-age=31536000, immutable",
      "content-type": "text/javascript; charset=utf-8",
    });
    const { headers } = await ask("/dashboard/");
    expect(headers["cache-control"]).toBe("no-cache");
    const again = await ask("/dashboard/", { "if-none-match": String(headers["etag"]) });
    expect(again).toMatchObject({ status: 304, bytes: Buffer.alloc(0) });
  });

  it("come as small as the browser can unpack", async () => {
    const plain = await ask(script);
    expect(plain.headers["content-encoding"]).toBeUndefined();
    const brotli = await ask(script, { "accept-encoding": "gzip, deflate, br, zstd" });
    expect(brotli.headers["content-encoding"]).toBe("br");
    expect(brotliDecompressSync(brotli.bytes).equals(plain.bytes)).toBe(true);
    const gzip = await ask(script, { "accept-encoding": "gzip, br;q=0" });
    expect(gzip.headers["content-encoding"]).toBe("gzip");
    expect(gunzipSync(gzip.bytes).equals(plain.bytes)).toBe(true);
    expect(await ask(script, {}, "HEAD")).toMatchObject({ status: 200, bytes: Buffer.alloc(0) });
  });

  it.each(["/dashboard/nothing.js", "/dashboard/assets.json", "/dashboard/..%2fbramble.mjs", "/dashboard/a/b"])(
    "do not include %s",
    async (path) => {
      expect([400, 404]).toContain((await ask(path)).status);
    },
  );

  it("say of the fleet what its certificates say, and no more", async () => {
    expect((await ask("/dashboard/fleet.json")).json).toEqual(facts);
  });

  it("change nothing: other methods are the API's to refuse", async () => {
    expect((await ask("/dashboard", {}, "POST")).status).toBe(403);
  });
});

describe("the root", () => {
  it("leads a person at a browser to the dashboard, and clients of the API where it always did", async () => {
    const browser = await ask("/", { accept: "text/html,application/xhtml+xml,*/*;q=0.8" });
    expect(browser).toMatchObject({ status: 307, headers: { location: "/dashboard/" } });
    const kubectl = await server.ask("/", { headers: { accept: "application/json, */*" } });
    expect(kubectl.status).toBe(404);
    expect((await ask("/", { accept: "text/html", authorization: "Bearer x" })).status).toBe(401);
  });
});

describe("a browser that shows a certificate for whatever page is open", () => {
  const namespaces = "/api/v1/namespaces";
  const post = (headers: Readonly<Record<string, string>>) =>
    server.ask(namespaces, { method: "POST", headers, body: JSON.stringify({ metadata: { generateName: "made-" } }) });

  it.each(["cross-site", "same-site"])("changes nothing for a %s page (hostile input 43)", async (site) => {
    expect((await post({ "sec-fetch-site": site, origin: "https://evil.example" })).status).toBe(403);
  });

  it("is answered nothing under a name that is not the voter's (hostile input 43)", async () => {
    const headers = { "sec-fetch-site": "same-origin", host: "evil.example:6443" };
    expect((await post(headers)).status).toBe(403);
    for (const path of [namespaces, "/dashboard"]) expect((await server.ask(path, { headers })).status).toBe(403);
  });

  it("acts for the voter's own page, and other clients under whatever name they know it by", async () => {
    expect((await post({ "sec-fetch-site": "same-origin", host: "b1.local:6443" })).status).toBe(201);
    expect((await post({ host: "pi.example:6443" })).status).toBe(201);
    const link = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
    expect((await server.ask("/dashboard", { headers: link })).status).toBe(200);
  });
});
