/** What followers ask of the leader, and its answers, as bytes on the `call` channel. Any of them may be lost. */
import { unreachable } from "../../lib/assert.ts";
import { ByteReader, MalformedError } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";

export interface NumberedCommand {
  readonly counter: number;
  readonly command: Uint8Array;
}

export type Call =
  /** To be appended in `term` and in no other, each at most once. */
  | {
      readonly type: "propose";
      readonly term: number;
      readonly incarnation: string;
      readonly proposals: readonly NumberedCommand[];
    }
  /** `accepted` are in the leader's log, `refused` are not and never will be. */
  | {
      readonly type: "proposeAnswer";
      readonly incarnation: string;
      readonly accepted: readonly number[];
      readonly refused: readonly number[];
    }
  | { readonly type: "read"; readonly id: string }
  | { readonly type: "readAnswer"; readonly id: string; readonly index: number }
  /** Asked again until the configuration shows it. `term` keeps a late copy from undoing what came after. */
  | { readonly type: "changeMembers"; readonly term: number; readonly change: MemberChange }
  /** What the sender's state adds up to as of `index`. An answer is not answered. */
  | { readonly type: "stateReport"; readonly index: number; readonly digest: string; readonly isAnswer: boolean };

export type MemberChange =
  | { readonly type: "add"; readonly id: string; readonly context: string }
  | { readonly type: "remove"; readonly id: string };

const formatVersion = 1;
const types = [
  "propose",
  "proposeAnswer",
  "read",
  "readAnswer",
  "changeMembers",
  "stateReport",
] as const satisfies Call["type"][];

export function encodeCall(call: Call): Uint8Array {
  const writer = new ByteWriter();
  writer.byte(formatVersion).byte(types.indexOf(call.type));
  switch (call.type) {
    case "propose":
      writer.integer(call.term).text(call.incarnation);
      writer.list(call.proposals, (to, { counter, command }) => to.integer(counter).bytes(command));
      break;
    case "proposeAnswer":
      writer.text(call.incarnation);
      for (const counters of [call.accepted, call.refused]) writer.list(counters, (to, counter) => to.integer(counter));
      break;
    case "read":
      writer.text(call.id);
      break;
    case "readAnswer":
      writer.text(call.id).integer(call.index);
      break;
    case "changeMembers":
      writer.integer(call.term);
      if (call.change.type === "add") writer.byte(1).text(call.change.id).text(call.change.context);
      else writer.byte(0).text(call.change.id);
      break;
    case "stateReport":
      writer
        .integer(call.index)
        .text(call.digest)
        .byte(call.isAnswer ? 1 : 0);
      break;
    default:
      unreachable(call);
  }
  return writer.finish();
}

/** Undefined for bytes that are no call of this format. */
export function decodeCall(bytes: Uint8Array): Call | undefined {
  try {
    const reader = new ByteReader(bytes);
    if (reader.byte() !== formatVersion) return undefined;
    const call = readCall(reader, types[reader.byte()]);
    reader.end();
    return call;
  } catch (error) {
    if (error instanceof MalformedError) return undefined;
    throw error;
  }
}

function readCall(reader: ByteReader, type: Call["type"] | undefined): Call {
  const readCounters = () => reader.list(() => reader.integer());
  switch (type) {
    case "propose": {
      const term = reader.integer();
      const incarnation = reader.text();
      const proposals = reader.list(() => ({ counter: reader.integer(), command: reader.bytes() }));
      return { type, term, incarnation, proposals };
    }
    case "proposeAnswer":
      return { type, incarnation: reader.text(), accepted: readCounters(), refused: readCounters() };
    case "read":
      return { type, id: reader.text() };
    case "readAnswer":
      return { type, id: reader.text(), index: reader.integer() };
    case "changeMembers": {
      const term = reader.integer();
      if (reader.byte() === 0) return { type, term, change: { type: "remove", id: reader.text() } };
      return { type, term, change: { type: "add", id: reader.text(), context: reader.text() } };
    }
    case "stateReport":
      return { type, index: reader.integer(), digest: reader.text(), isAnswer: reader.byte() === 1 };
    case undefined:
      throw new MalformedError("a call of an unknown type");
    default:
      return unreachable(type);
  }
}
