import { describe, expect, it } from "vitest";
import type { ApiReply, ApiRequest, ApiTransport } from "../api/exchange.ts";
import type { DoctorReport } from "../doctor/finding.ts";
import { UsageError } from "../lib/errors.ts";
import { parseJoinToken } from "../lib/join-token.ts";
import type { CliActions, InitOptions, JoinOptions } from "./cli-actions.ts";
import { brambleCommand, connectionTo } from "./testing/bramble-command.ts";

const caSha256 = "0f".repeat(32);
const nowMs = Date.UTC(2026, 10, 21, 10, 0, 0);

/** Secrets as the API server keeps them, in memory. */
class SecretStore implements ApiTransport {
  readonly secrets = new Map<string, unknown>();

  async request({ method, path, body }: ApiRequest): Promise<ApiReply> {
    const root = "/api/v1/namespaces/kube-system/secrets";
    if (method === "POST" && path === root) {
      const { metadata } = body as { metadata: { name: string } };
      this.secrets.set(metadata.name, body);
      return { status: 201, body };
    }
    if (method === "GET" && path === root) return { status: 200, body: { items: [...this.secrets.values()] } };
    if (method === "DELETE" && this.secrets.delete(path.slice(root.length + 1))) return { status: 200, body: {} };
    return { status: 404, body: { kind: "Status", status: "Failure", reason: "NotFound", code: 404 } };
  }

  // biome-ignore lint/correctness/useYield: nothing is watched here
  async *watch(): AsyncGenerator<never> {
    throw new Error("nothing is watched");
  }
}

function bramble(
  line: string,
  actions: Partial<CliActions> = {},
  store: ApiTransport = new SecretStore(),
  debug = false,
) {
  const connect = async () => connectionTo(store, { caSha256 });
  return brambleCommand(line, { actions: { connect, ...actions }, debug, nowMs });
}

const board = { fleet: "home", node: "b2", address: "10.99.0.2", voter: false };

describe("bramble", () => {
  it("founds a fleet with the defaults that the documents promise", async () => {
    let options: InitOptions | undefined;
    const init = async (given: InitOptions) => {
      options = given;
      return { ...board, voter: true };
    };
    const { code, out } = await bramble("init --name b1 --address 10.99.0.1 --data-dir /tmp/b1", { init });
    expect(code).toBe(0);
    expect(options).toEqual({
      name: "b1",
      address: "10.99.0.1",
      dataDir: "/tmp/b1",
      fleet: "bramble",
      podCidr: "10.42.0.0/16",
      ports: { api: 6443, mqtt: 8883, wireguard: 51820, telemetry: 8884 },
    });
    expect(out).toContain("bramble run --data-dir /tmp/b1");
  });

  it("joins with the very line that token create prints", async () => {
    const { out } = await bramble("token create --voter");
    const line = /^ {4}bramble (join .*)$/m.exec(out)?.[1] ?? "";
    let options: JoinOptions | undefined;
    const join = async (given: JoinOptions) => {
      options = given;
      return board;
    };
    expect((await bramble(`${line} --label zone=attic --label shelf=2`, { join })).code).toBe(0);
    expect(options).toMatchObject({
      server: "10.99.0.1:6443",
      voter: true,
      labels: { zone: "attic", shelf: "2" },
      token: parseJoinToken(out.split("\n")[0] ?? ""),
    });
  });

  it("keeps a token as a bootstrap token's Secret", async () => {
    const store = new SecretStore();
    const { out } = await bramble("token create --ttl 2h --description kitchen", {}, store);
    const { id, secret } = parseJoinToken(out.split("\n")[0] ?? "");
    const [kept] = store.secrets.values();
    expect(kept).toMatchObject({
      kind: "Secret",
      metadata: { name: `bootstrap-token-${id}`, namespace: "kube-system" },
      type: "bootstrap.kubernetes.io/token",
    });
    const { data } = kept as { data: Record<string, string> };
    expect(Object.fromEntries(Object.entries(data).map(([key, text]) => [key, atob(text)]))).toEqual({
      "token-id": id,
      "token-secret": secret,
      expiration: "2026-11-21T12:00:00Z",
      "usage-bramble-board": "true",
      description: "kitchen",
    });
  });

  it("lists tokens without their secrets, and deletes them", async () => {
    const store = new SecretStore();
    const { out: created } = await bramble("token create --ttl 1d --voter", {}, store);
    const { id, secret } = parseJoinToken(created.split("\n")[0] ?? "");
    const { out: listed } = await bramble("token list", {}, store);
    expect(listed).toMatch(new RegExp(`^${id} +2026-11-22 10:00 UTC +boards and voters$`, "m"));
    expect(listed).not.toContain(secret);
    expect((await bramble(`token delete ${id}`, {}, store)).out).toBe(`token ${id} deleted\n`);
    expect((await bramble("token list", {}, store)).err).toContain("There are no tokens");
  });

  it("prints the kubeconfig or its path, and the version", async () => {
    const kubeconfig = async () => ({ path: "/d/admin.kubeconfig", text: "apiVersion: v1\n" });
    expect((await bramble("kubeconfig", { kubeconfig })).out).toBe("apiVersion: v1\n");
    expect((await bramble("kubeconfig --path", { kubeconfig })).out).toBe("/d/admin.kubeconfig\n");
    expect((await bramble("version")).out).toBe("bramble 1.2.3\n");
  });

  it("shows help without calling it a mistake", async () => {
    const { code, out } = await bramble("--help");
    expect(code).toBe(0);
    for (const command of ["init", "join", "run", "token", "kubeconfig", "version"]) expect(out).toContain(command);
  });

  it.each([
    ["nonsense", "unknown command"],
    ["init --bogus", "unknown option"],
    ["init --name Kitchen_1", "lower-case letters"],
    ["init --name -x-", "lower-case letters"],
    ["init --address 10.0.0", "IPv4"],
    ["init --address b1.local", "IPv4"],
    ["init --api-port 0", "1 to 65535"],
    ["init --mqtt-port 8883x", "--mqtt-port"],
    ["init --pod-cidr 10.42.0.1/16", "--pod-cidr"],
    ["init --pod-cidr 10.42.0.0/30", "--pod-cidr"],
    ["init --fleet home/1", "--fleet"],
    ["join", "required option '--token"],
    ["join 10.0.0.1", "--token"],
    [`join 10.0.0.1:99999 --token BR1${caSha256}::abcdef.0123456789abcdef`, "address and port"],
    ["join 10.0.0.1 --token abcdef.0123456789abcdef", "lacks the fleet's CA"],
    ["join 10.0.0.1 --token x", "copy it again"],
    ["join 10.0.0.1 --label zone", "zone=attic"],
    ["join 10.0.0.1 --label node-role.kubernetes.io/voter=", "may not give itself"],
    ["reset --data-dir /tmp/b1", "all that is in /tmp/b1"],
    ["run --log-level loud", "debug, info, warn, error"],
    ["run --history 5", "from 100 to 1000000"],
    ["run --history-age soon", "--history-age"],
    ["token create --ttl forever", "24h"],
    ["token create --ttl 0h", "24h"],
    ["token delete x/../y", "6 letters"],
    ["token delete abcdef", "no token abcdef"],
    ["voters add Kitchen_1", "voters list"],
    ["voters list --output xml", "text, json"],
    ["snapshot save", "missing required argument"],
    ["snapshot restore x.snapshot --fleet home/1", "--fleet"],
  ])("answers %j with one line", async (line, expected) => {
    const { code, out, err } = await bramble(line);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain(expected);
    expect(err).toMatch(/^bramble: [^\n]+\n$/);
  });

  it("says what an action could not do, and where only when asked", async () => {
    const run = () => Promise.reject(new UsageError("there is no Docker engine"));
    expect(await bramble("run", { run })).toMatchObject({ code: 1, err: "bramble: there is no Docker engine\n" });
    const { err } = await bramble("run", { run }, new SecretStore(), true);
    expect(err).toContain("run-cli.test.ts");
  });
});

describe("bramble doctor", () => {
  const finding = { check: "clock", severity: "error", what: "w", why: "y", fix: "f" } as const;
  const note = { ...finding, check: "sd-card", severity: "note" } as const;
  const found = (findings: DoctorReport["findings"]) => ({ examine: async () => ({ findings, applied: [] }) });

  it("ends with the number of findings, notes aside, and never with a signal's code", async () => {
    expect(await bramble("doctor", found([note]))).toMatchObject({
      code: 0,
      out: expect.stringContaining("fit to run"),
      err: "",
    });
    expect(await bramble("doctor", found([finding, note, finding]))).toMatchObject({
      code: 2,
      out: expect.stringContaining("error: w [clock]\n    why: y\n    fix: f\n"),
      err: "2 findings left\n",
    });
    expect((await bramble("doctor", found(Array(300).fill(finding)))).code).toBe(125);
  });

  it("answers programs with what --fix would mend, and with what it did", async () => {
    const steps = [{ kind: "run" as const, command: ["modprobe", "wireguard"] as const }];
    const applied = [{ check: "clock", steps: ["modprobe wireguard"] }];
    let fix: boolean | undefined;
    const examine: CliActions["examine"] = async (options, progress) => {
      fix = options.fix;
      progress("clock: modprobe wireguard");
      return { findings: [{ ...finding, steps }], applied };
    };
    const { code, out, err } = await bramble("doctor --fix -o json", { examine });
    expect({ code, fix }).toEqual({ code: 1, fix: true });
    expect(JSON.parse(out)).toEqual({ findings: [{ ...finding, fixable: true }], applied, left: 1 });
    expect(err).toBe("fixing clock: modprobe wireguard\n1 finding left\n");
  });
});
