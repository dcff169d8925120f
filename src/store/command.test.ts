import { describe, expect, it } from "vitest";
import { decodeCommand, encodeCommand } from "./command.ts";
import { type Command, revision } from "./types.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("commands in the log", () => {
  it.each<Command>([
    { type: "compact", revision: revision(7) },
    { type: "txn", txn: { compares: [], mutations: [{ type: "delete", key: "/a" }] } },
    {
      type: "txn",
      txn: {
        compares: [{ key: "/a", modRevision: revision(3) }],
        mutations: [{ type: "put", key: "/a", value: '{"é":"\\ud800"}' }],
        fence: 4,
      },
    },
  ])("come back as they were: %j", (command) => {
    expect(decodeCommand(encodeCommand(command))).toEqual(command);
  });

  it.each([
    ["no bytes", bytes("")],
    ["no UTF-8", Uint8Array.of(0xff, 0xfe)],
    ["no JSON", bytes("{")],
    ["an unknown type", bytes('{"type":"drop"}')],
    ["a revision that is none", bytes('{"type":"compact","revision":1.5}')],
    [
      "a mutation without a value",
      bytes('{"type":"txn","txn":{"compares":[],"mutations":[{"type":"put","key":"a"}]}}'),
    ],
    ["a null", bytes("null")],
    ["a transaction without mutations", bytes('{"type":"txn","txn":{"compares":[]}}')],
    ["a compare of nothing", bytes('{"type":"txn","txn":{"compares":[null],"mutations":[]}}')],
    ["a negative fence", bytes('{"type":"txn","txn":{"compares":[],"mutations":[],"fence":-1}}')],
    ["an empty key", bytes('{"type":"txn","txn":{"compares":[],"mutations":[{"type":"delete","key":""}]}}')],
    [
      "half a surrogate pair",
      bytes('{"type":"txn","txn":{"compares":[],"mutations":[{"type":"delete","key":"\\ud800"}]}}'),
    ],
    [
      "a key that is mutated twice",
      bytes(
        '{"type":"txn","txn":{"compares":[],"mutations":[{"type":"delete","key":"a"},{"type":"put","key":"a","value":""}]}}',
      ),
    ],
  ])("are refused when they are %s", (_, input) => {
    expect(decodeCommand(input)).toBeUndefined();
  });
});
