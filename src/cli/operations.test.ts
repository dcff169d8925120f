import { describe, expect, it } from "vitest";
import { ApiError } from "../api/api-error.ts";
import type { ApiReply, ApiRequest, ApiTransport } from "../api/exchange.ts";
import type { FleetVoters, VoterStatus } from "../api/operations-exchange.ts";
import type { CliActions, RestoreOptions, SnapshotSummary } from "./cli-actions.ts";
import { brambleCommand, connectionTo } from "./testing/bramble-command.ts";

/** Voters as they answer about themselves: `b1` and `b2` at their own addresses, one of them leading. */
class Voters {
  readonly asked: string[] = [];
  leader = "b1";
  nodes = ["b1", "b2"];
  readonly invited: string[] = [];
  /** What becomes of an invitation each time somebody looks. */
  readonly stages: VoterStatus["role"][] = [];

  at(node: string): ApiTransport {
    return {
      request: async (request) => this.#answer(node, request),
      // biome-ignore lint/correctness/useYield: nothing is watched here
      async *watch(): AsyncGenerator<never> {
        throw new Error("nothing is watched");
      },
    };
  }

  #answer(node: string, { method, path, body }: ApiRequest): ApiReply {
    this.asked.push(`${node} ${method} ${path.replace("/bramble/v1/voters", "")} ${JSON.stringify(body ?? "")}`);
    const { voter = "", node: invited = "" } = (body ?? {}) as { voter?: string; node?: string };
    switch (path) {
      case "/bramble/v1/voters":
        return { status: 200, body: this.#list(node) };
      case "/bramble/v1/voters/invite":
        this.invited.push(invited);
        return { status: 200, body: { node: invited } };
      case "/bramble/v1/voters/transfer":
        this.leader = voter.slice(0, 2);
        return { status: 200, body: { voter } };
      default: {
        if (voter === "b9") return refusal(ApiError.notFound({ group: "", plural: "voters" }, voter));
        this.nodes = this.nodes.filter((each) => each !== voter);
        return { status: 200, body: { voter: `${voter}.0000000a` } };
      }
    }
  }

  #list(asked: string): FleetVoters {
    const [invited] = this.invited;
    const stage = invited === undefined ? undefined : this.stages.shift();
    const voters = this.nodes.map((node) => this.#status(node, "voter", asked));
    if (invited !== undefined && stage !== undefined) voters.push(this.#status(invited, stage, asked));
    return { fleet: "home", term: 4, leaderApi: `${this.leader}:6443`, voters, invited: this.invited };
  }

  #status(node: string, role: VoterStatus["role"], asked: string): VoterStatus {
    const known = asked === this.leader ? { matchIndex: 90, lag: node === "b1" ? 0 : 2 } : {};
    return { id: `${node}.0000000a`, node, address: `${node}:8883`, role, leader: node === this.leader, ...known };
  }
}

function refusal(error: ApiError): ApiReply {
  return { status: error.code, body: error.toStatus() };
}

async function bramble(line: string, voters = new Voters(), actions: Partial<CliActions> = {}) {
  const connect = async () =>
    connectionTo(voters.at("b2"), { at: (server) => voters.at(server.slice(0, 2)), server: "b2:6443" });
  return { ...(await brambleCommand(line, { actions: { connect, ...actions } })), voters };
}

describe("bramble voters", () => {
  it("lists what the leader knows, whoever was asked", async () => {
    const { out } = await bramble("voters list");
    expect(out).toMatch(/^b1 +b1\.0000000a +b1:8883 +leader +90 +0$/m);
    expect(out).toMatch(/^b2 +b2\.0000000a +b2:8883 +voter +90 +2$/m);
    const { out: json } = await bramble("voters list --output json");
    expect(JSON.parse(json)).toMatchObject({ term: 4, voters: [{ node: "b1", leader: true, lag: 0 }, { node: "b2" }] });
  });

  it("waits until a board that was added votes", async () => {
    const voters = new Voters();
    // Each look asks one voter, then the leader.
    voters.stages.push("learner", "learner", "voter", "voter");
    const { code, out, err } = await bramble("voters add b3", voters);
    expect({ code, out }).toEqual({ code: 0, out: "b3 is a voter: b3.0000000a\n" });
    expect(err).toBe("b3 is asked to become a voter\nb3 learns what the fleet knows\n");
  });

  it("says what becomes of a board that cannot be reached", async () => {
    const { code, err } = await bramble("voters add b3");
    expect(code).toBe(1);
    expect(err).toMatch(/has not become a voter within 120 s.*bramble voters remove b3/);
  });

  it("hands leadership over before the leader leaves, and asks its successor", async () => {
    const { out, err, voters } = await bramble("voters remove b1 --output json");
    expect(err).toBe("b1 leads: b2 takes over first\n");
    expect(voters.asked.filter((line) => line.includes("POST"))).toEqual([
      'b1 POST /transfer {"voter":"b2.0000000a"}',
      'b2 POST /remove {"voter":"b1"}',
    ]);
    expect(JSON.parse(out)).toEqual({ voter: "b1.0000000a" });
  });

  it("makes another voter lead, and passes refusals on in one line", async () => {
    expect((await bramble("voters transfer b2")).out).toBe("b2 leads\n");
    const { code, err } = await bramble("voters remove b9");
    expect(code).toBe(1);
    expect(err).toMatch(/^bramble: voters "b9" not found\n$/);
  });
});

const summary: SnapshotSummary = {
  fleet: "home",
  voter: "b1.0000000a",
  time: "2026-11-21T10:00:00Z",
  version: "1.2.3",
  revision: 70,
  appliedIndex: 90,
  bytes: 1_000,
  sha256: "00",
  objects: { "core/secrets": 2 },
};

describe("bramble snapshot", () => {
  it("says what it saved, and how far it is", async () => {
    const { out, err } = await bramble("snapshot save home.snapshot", undefined, {
      async saveSnapshot(_, path, progress) {
        expect(path).toBe("home.snapshot");
        progress(500_000, 1_000_000);
        return summary;
      },
    });
    expect(err).toBe("home.snapshot: 0.5 of 1.0 MB\n");
    expect(out).toContain("home at revision 70");
  });

  it("shows what a file holds", async () => {
    const inspectSnapshot = async () => summary;
    const { out } = await bramble("snapshot inspect home.snapshot", undefined, { inspectSnapshot });
    expect(out).toMatch(/^revision +70$/m);
    expect(out).toMatch(/^ +core\/secrets +2$/m);
    const json = await bramble("snapshot inspect home.snapshot -o json", undefined, { inspectSnapshot });
    expect(JSON.parse(json.out)).toEqual(summary);
  });

  it("restores under the snapshot's own name unless told otherwise", async () => {
    const given: RestoreOptions[] = [];
    const restoreSnapshot = async (options: RestoreOptions) => {
      given.push(options);
      const { fleet = "home" } = options;
      const board = { fleet, node: "b7", address: "10.99.0.7", voter: true };
      return { ...board, snapshotRevision: 70, revision: 1_000_070, kubeconfig: "/d/admin.kubeconfig" };
    };
    const { out } = await bramble("snapshot restore f --data-dir /d --name b7", undefined, { restoreSnapshot });
    expect(out).toContain("bramble run --data-dir /d");
    await bramble("snapshot restore f --data-dir /d --fleet copy", undefined, { restoreSnapshot });
    expect(given).toMatchObject([{ path: "f", dataDir: "/d", name: "b7" }, { fleet: "copy" }]);
    expect(given[0]).not.toHaveProperty("fleet");
  });
});
