/** Advances a peer by one message. No I/O: effects wait in `raft` until they are taken (see `raft.ts`). */
import { assert, unreachable } from "../lib/assert.ts";
import { commitByCounting } from "./commit.ts";
import {
  handlePreVote,
  handlePreVoteResponse,
  handleRequestVote,
  handleRequestVoteResponse,
  handleTimeoutNow,
} from "./election.ts";
import { handleAppendEntries, handleHeartbeat, handleInstallSnapshot } from "./following.ts";
import type { Message } from "./message.ts";
import { hearsLeader, type Raft } from "./raft.ts";
import { learnRound } from "./read-index.ts";
import { learnAccepted, learnAlive, learnRejected } from "./replication.ts";
import { becomeFollower } from "./role.ts";
import { send } from "./send.ts";
import { learnSnapshotWanted } from "./snapshot-transfer.ts";
import { urgeSuccessor } from "./transfer.ts";

export function step(raft: Raft, message: Message): void {
  if (message.to !== raft.id || message.from === raft.id) return;
  if (message.term < raft.term) {
    answerStale(raft, message);
    return;
  }
  // A peer back from isolation must not depose a leader we still hear (thesis §4.2.3).
  const mayDisturb = message.type === "preVote" || (message.type === "requestVote" && !message.isHandover);
  if (message.term > raft.term && mayDisturb && hearsLeader(raft)) return;
  if (message.term > raft.term && !isHypothetical(message)) {
    becomeFollower(raft, message.term, undefined);
  }
  handle(raft, message);
}

/** A pre-vote speaks of a term that nobody has entered yet. */
function isHypothetical(message: Message): boolean {
  return message.type === "preVote" || (message.type === "preVoteResponse" && message.granted);
}

/** Tells a deposed leader, or a peer that asks for a stale vote, which term it is; everything else is just late. */
function answerStale(raft: Raft, message: Message): void {
  switch (message.type) {
    case "appendEntries":
    case "heartbeat":
    case "installSnapshot":
      send(raft, message.from, { type: "heartbeatResponse", round: 0 });
      break;
    case "preVote":
      send(raft, message.from, { type: "preVoteResponse", granted: false });
      break;
  }
}

function handle(raft: Raft, message: Message): void {
  assert(message.term === raft.term || isHypothetical(message), "handlers run in the message's own term");
  switch (message.type) {
    case "preVote":
      handlePreVote(raft, message);
      break;
    case "preVoteResponse":
      handlePreVoteResponse(raft, message);
      break;
    case "requestVote":
      handleRequestVote(raft, message);
      break;
    case "requestVoteResponse":
      handleRequestVoteResponse(raft, message);
      break;
    case "appendEntries":
      handleAppendEntries(raft, message);
      break;
    case "heartbeat":
      handleHeartbeat(raft, message);
      break;
    case "installSnapshot":
      handleInstallSnapshot(raft, message);
      break;
    case "appendAccepted":
      learnAccepted(raft, message);
      commitByCounting(raft);
      urgeSuccessor(raft, message.from);
      break;
    case "appendRejected":
      learnRejected(raft, message);
      break;
    case "heartbeatResponse":
      learnAlive(raft, message.from);
      learnRound(raft, message);
      urgeSuccessor(raft, message.from);
      break;
    case "snapshotWanted":
      learnSnapshotWanted(raft, message);
      break;
    case "timeoutNow":
      handleTimeoutNow(raft);
      break;
    default:
      unreachable(message);
  }
}
