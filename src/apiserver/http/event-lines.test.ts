import { describe, expect, it } from "vitest";
import { EventLines } from "./event-lines.ts";

const pod = (name: string, text = "") => ({ kind: "Pod", metadata: { name, annotations: { text } } });

describe("lines of watch events", () => {
  it("are made once for all who are told of the same change of the same object", () => {
    const lines = new EventLines();
    const object = pod("a");
    const first = lines.lineOf({ type: "ADDED", object });
    expect(first.toString()).toBe(`${JSON.stringify({ type: "ADDED", object })}\n`);
    expect(lines.lineOf({ type: "ADDED", object })).toBe(first);
  });

  it("are told apart by the type of the event and by the object, not by what it is called", () => {
    const lines = new EventLines();
    const object = pod("a", "x");
    lines.lineOf({ type: "ADDED", object });
    expect(lines.lineOf({ type: "MODIFIED", object }).toString()).toContain("MODIFIED");
    expect(lines.lineOf({ type: "ADDED", object: pod("a", "y") }).toString()).toContain('"y"');
  });

  it("are let go when others have come, however large", () => {
    const lines = new EventLines();
    const object = pod("a");
    const first = lines.lineOf({ type: "ADDED", object });
    for (let at = 0; at < 5; at += 1) lines.lineOf({ type: "ADDED", object: pod(`b${at}`, "x".repeat(1_000_000)) });
    expect(lines.lineOf({ type: "ADDED", object })).not.toBe(first);
    expect(lines.lineOf({ type: "ADDED", object })).toEqual(first);
  });
});
