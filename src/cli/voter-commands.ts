/** `bramble voters`: who takes part in the fleet's decisions, and changes of that, one at a time. */
import { ApiError } from "../api/api-error.ts";
import type { ApiTransport } from "../api/exchange.ts";
import {
  type FleetVoters,
  fleetVotersSchema,
  inviteVoterPath,
  removeVoterPath,
  transferPath,
  type VoterStatus,
  votersPath,
} from "../api/operations-exchange.ts";
import { successBody } from "../client/reply.ts";
import { messageOf, UsageError } from "../lib/errors.ts";
import type { CliSurroundings, FleetConnection } from "./cli-actions.ts";
import { type OutputFormat, textTable } from "./output.ts";

const askEveryMs = 250;
/** A board that is on hears of its invitation at once, and a learner has caught up within a minute or so. */
const seatMsMax = 120_000;

export async function showVoters(fleet: FleetConnection, output: OutputFormat, io: CliSurroundings): Promise<void> {
  const { voters, invited, ...rest } = await askLeader(fleet);
  if (output === "json") {
    io.out(`${JSON.stringify({ ...rest, voters, invited }, undefined, 2)}\n`);
    return;
  }
  const rows = voters.map(({ node, id, address, role, leader, matchIndex, lag }) => [
    node,
    id,
    address,
    leader ? "leader" : role,
    matchIndex === undefined ? "" : String(matchIndex),
    lag === undefined ? "" : String(lag),
  ]);
  const waiting = invited
    .filter((board) => !voters.some(({ node }) => node === board))
    .map((node) => [node, "", "", "invited", "", ""]);
  io.out(textTable([["NODE", "ID", "ADDRESS", "ROLE", "HOLDS", "LAG"], ...rows, ...waiting]));
}

/** Resolves once the board votes. */
export async function addVoter(
  fleet: FleetConnection,
  node: string,
  output: OutputFormat,
  io: CliSurroundings,
): Promise<void> {
  await post(fleet.api, inviteVoterPath, { node });
  io.err(`${node} is asked to become a voter\n`);
  let said = "";
  const seated = await until(io, async () => {
    const voter = (await askLeader(fleet)).voters.find((each) => each.node === node);
    const stage = voter === undefined ? "" : voter.role;
    if (stage === "learner" && said !== stage) io.err(`${node} learns what the fleet knows\n`);
    said = stage;
    return voter?.role === "voter" ? voter : undefined;
  });
  if (seated === undefined) {
    throw new UsageError(
      `${node} has not become a voter within ${seatMsMax / 1000} s: it will once it can be reached; withdraw it with \`bramble voters remove ${node}\``,
    );
  }
  done(output, io, { voter: seated.id, node }, `${node} is a voter: ${seated.id}`);
}

/** `reference` is a board's name or a voter's id. The leader hands over first. */
export async function removeVoter(
  fleet: FleetConnection,
  reference: string,
  output: OutputFormat,
  io: CliSurroundings,
): Promise<void> {
  const before = await askLeader(fleet);
  const leaving = before.voters.find((voter) => isCalled(voter, reference) && voter.leader);
  if (leaving !== undefined) {
    const heir = heirOf(before, leaving);
    if (heir === undefined) throw new UsageError(`${reference} is the fleet's only voter: add another one first`);
    io.err(`${leaving.node} leads: ${heir.node} takes over first\n`);
    await post(leaderApi(fleet, before), transferPath, { voter: heir.id });
  }
  const now = await askLeader(fleet);
  const removed = await post(leaderApi(fleet, now), removeVoterPath, { voter: reference });
  done(output, io, removed, `${reference} is no voter any more`);
}

export async function transferLeadership(
  fleet: FleetConnection,
  reference: string,
  output: OutputFormat,
  io: CliSurroundings,
): Promise<void> {
  const before = await askLeader(fleet);
  const reply = await post(leaderApi(fleet, before), transferPath, { voter: reference });
  done(output, io, reply, `${reference} leads`);
}

/** The one with the least to catch up. */
function heirOf({ voters }: FleetVoters, leaving: VoterStatus): VoterStatus | undefined {
  const candidates = voters.filter(({ id, role }) => role === "voter" && id !== leaving.id);
  return candidates.toSorted((one, other) => (one.lag ?? Infinity) - (other.lag ?? Infinity))[0];
}

/** Only the leader knows how far the others are. Where it cannot be reached, whoever answered must do. */
async function askLeader(fleet: FleetConnection): Promise<FleetVoters> {
  const first = await ask(fleet.api);
  if (first.leaderApi === undefined || first.voters.some(({ matchIndex }) => matchIndex !== undefined)) return first;
  try {
    return await ask(fleet.at(first.leaderApi));
  } catch (error) {
    if (error instanceof UsageError) return first;
    throw error;
  }
}

async function ask(api: ApiTransport): Promise<FleetVoters> {
  return fleetVotersSchema.parse(successBody(await api.request({ method: "GET", path: votersPath })));
}

function leaderApi(fleet: FleetConnection, { leaderApi: server }: FleetVoters): ApiTransport {
  if (server === undefined) throw new UsageError("no voter leads just now: try again in a few seconds");
  return fleet.at(server);
}

async function post(api: ApiTransport, path: string, body: unknown): Promise<unknown> {
  return successBody(await api.request({ method: "POST", path, body }));
}

async function until<T>(io: CliSurroundings, look: () => Promise<T | undefined>): Promise<T | undefined> {
  const deadlineMs = io.nowMs() + seatMsMax;
  for (;;) {
    const found = await lookAnyhow(look);
    if (found !== undefined || io.nowMs() >= deadlineMs) return found;
    await io.pause(askEveryMs);
  }
}

/** While members change there may be no leader for a moment. */
async function lookAnyhow<T>(look: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof ApiError && error.code >= 500) return undefined;
    throw new UsageError(`the fleet cannot be asked any more (${messageOf(error)}): see \`bramble voters list\``, {
      cause: error,
    });
  }
}

function isCalled({ id, node }: VoterStatus, reference: string): boolean {
  return id === reference || node === reference;
}

function done(output: OutputFormat, io: CliSurroundings, reply: unknown, line: string): void {
  io.out(output === "json" ? `${JSON.stringify(reply)}\n` : `${line}\n`);
}
