/** One voter as a program: broker, transport, log and state on a real disk, without API and agent; asked over IPC. */
import { readFileSync } from "node:fs";
import { unreachable } from "../../src/lib/assert.ts";
import { messageOf } from "../../src/lib/errors.ts";
import { pinoLogger } from "../../src/platform/host/pino-logger.ts";
import { openRealVoter } from "../../src/platform/mqtt/testing/real-voter.ts";
import type { ReplicatedVoter } from "../../src/replication/replicated-voter.ts";
import { defaultReplicationTuning } from "../../src/replication/tuning.ts";
import {
  type Listing,
  type Reading,
  type VoterAnswer,
  type VoterAsk,
  type VoterStatus,
  type VoterTxnResult,
  voterCallSchema,
  voterSettingsSchema,
} from "./voter-call.ts";

async function startVoter(settingsFile: string): Promise<ReplicatedVoter> {
  const settings = voterSettingsSchema.parse(JSON.parse(readFileSync(settingsFile, "utf8")));
  const { fleet, id, address, port, directory, members, credentials } = settings;
  const {
    checkpointEntries = defaultReplicationTuning.checkpointEntries,
    retainedEntries = defaultReplicationTuning.retainedEntries,
  } = settings;
  const logger = pinoLogger("info");
  const { store } = await openRealVoter({
    fleet,
    id,
    endpoint: { host: address, port },
    directory,
    members,
    credentials,
    logger,
    tuning: { checkpointEntries, retainedEntries },
    onFailure(error) {
      logger.error("the voter failed", { err: error });
      process.exit(1);
    },
  });
  return store;
}

function perform(store: ReplicatedVoter, ask: VoterAsk): Promise<VoterTxnResult | Reading | Listing | VoterStatus> {
  switch (ask.type) {
    case "transact":
      return store.transact(ask.txn);
    case "read":
      return read(store, ask.key);
    case "list":
      return list(store, ask.prefix);
    case "status":
      return Promise.resolve({ ...store.metrics, revision: store.reader.revision });
    default:
      return unreachable(ask);
  }
}

async function read(store: ReplicatedVoter, key: string): Promise<Reading> {
  await store.readBarrier();
  const { reader } = store;
  const found = await reader.get(key);
  return found === undefined
    ? { modRevision: 0, revision: reader.revision }
    : { value: found.value, modRevision: found.modRevision, revision: reader.revision };
}

async function list(store: ReplicatedVoter, prefix: string): Promise<Listing> {
  await store.readBarrier();
  const { items, revision } = await store.reader.range({ prefix });
  return { revision, items: items.map(({ key, value, modRevision }) => ({ key, value, modRevision })) };
}

const [, , settingsFile = ""] = process.argv;
const store = await startVoter(settingsFile);
const say = (answer: VoterAnswer) => process.send?.(answer);
process.on("message", (message) => {
  const { call, ask } = voterCallSchema.parse(message);
  perform(store, ask).then(
    (value) => say({ call, value }),
    (error: unknown) => {
      say({ call, error: error instanceof Error ? error.name : "unknown", message: messageOf(error) });
    },
  );
});
// Whoever started it is gone.
process.on("disconnect", () => process.exit(0));
say({ ready: true });
