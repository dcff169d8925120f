import { describe, expect, it } from "vitest";
import { UsageError } from "../lib/errors.ts";
import type { OwnNode, UninstallOptions } from "./cli-actions.ts";
import { brambleCommand } from "./testing/bramble-command.ts";

const own: OwnNode = { fleet: "home", node: "b1", voter: true, server: "10.99.0.1:6443", ready: true, reason: "" };

/** Gives one answer after the other, and the last one again and again. */
function answering(...answers: (OwnNode | Error)[]) {
  return async (): Promise<OwnNode> => {
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === undefined || answer instanceof Error) throw answer;
    return answer;
  };
}

describe("bramble status", () => {
  it("says that the board is Ready", async () => {
    const { code, out } = await brambleCommand("status", { actions: { ownNode: answering(own) } });
    expect(out).toBe("b1 is a voter of the fleet home (asked 10.99.0.1:6443), and Ready.\n");
    expect(code).toBe(0);
  });

  it("fails at once with the reason where it is not to wait", async () => {
    const ownNode = answering({ ...own, voter: false, ready: false, reason: "the engine is away" });
    const { code, err } = await brambleCommand("status", { actions: { ownNode } });
    expect(err).toContain("b1 is a board of the fleet home (asked 10.99.0.1:6443), but not Ready: the engine is away");
    expect(code).toBe(1);
  });

  it("waits, and says each reason once", async () => {
    const away = new UsageError("no voter answers");
    const late = { ...own, ready: false, reason: "starting" };
    const ownNode = answering(away, away, late, late, own);
    const { code, out, err } = await brambleCommand("status --wait 30s", { actions: { ownNode } });
    expect(err.split("\n").filter((line) => line !== "")).toHaveLength(2);
    expect(out).toContain("and Ready");
    expect(code).toBe(0);
  });

  it("gives up after the time that it was given", async () => {
    const ownNode = answering(new UsageError("no voter answers"));
    const { code, err } = await brambleCommand("status --wait 30s", { actions: { ownNode } });
    expect(err).toContain("bramble: no voter answers; see journalctl -u bramble");
    expect(code).toBe(1);
  });
});

describe("bramble uninstall", () => {
  it("is told twice", async () => {
    const { code, err } = await brambleCommand("uninstall --purge", {});
    expect(err).toContain("volumes too: say so with --yes");
    expect(code).toBe(1);
  });

  it("says what it does, and whether anything is left", async () => {
    const asked: UninstallOptions[] = [];
    const uninstall = async (options: UninstallOptions, progress: (line: string) => void) => {
      asked.push(options);
      progress("stopping the service");
    };
    const { out, err } = await brambleCommand("uninstall --yes --data-dir /tmp/b1", { actions: { uninstall } });
    expect(asked).toEqual([{ dataDir: "/tmp/b1", purge: false }]);
    expect(err).toBe("stopping the service\n");
    expect(out).toBe("Of bramble, /tmp/b1 is left on this board.\n");
  });
});
