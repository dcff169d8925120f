import { expect, it } from "vitest";
import { telemetryGate } from "../../src/apiserver/telemetry/telemetry-gate.ts";
import { SmallFleet } from "../../src/boards/testing/small-fleet.ts";
import { brambleCommand, connectionTo } from "../../src/cli/testing/bramble-command.ts";

const root = "bramble/home/telemetry/v1";

it("a granted token hears of boards and workloads, reads no Secret, and ends when it is revoked", async () => {
  const fleet = await SmallFleet.start(["b1"]);
  const { api } = fleet.test;
  const connect = async () => connectionTo(fleet.client.transport);
  // The leader's controllers work in the fleet's own time.
  const meanwhile = (delayMs: number) => fleet.pass(delayMs);
  const bramble = (line: string) => brambleCommand(line, { actions: { connect }, meanwhile });
  const granted = await bramble("telemetry grant display --data-dir /data");
  expect(granted).toMatchObject({ code: 0, err: "" });
  const [token = ""] = granted.out.split("\n");
  expect(granted.out).toContain(`mosquitto_sub -h 10.99.0.1 -p 8884 --cafile /data/pki/ca.crt`);
  expect(granted.out).toContain(`-t '${root}/#'`);

  const gate = telemetryGate(api.access, "home");
  const identity = await gate.ofToken(token);
  expect(identity?.user).toBe("system:serviceaccount:bramble-telemetry:display");
  if (identity === undefined) throw new Error("no identity");
  expect(await gate.mayHear(identity, `${root}/#`)).toBe(true);
  expect(await gate.mayHear(identity, "homeassistant/#")).toBe(true);
  expect(await gate.mayHear(identity, "#")).toBe(false);
  const attributes = { type: "resource", group: "", version: "v1", subresource: "", namespace: "", name: "" } as const;
  const asked = { ...attributes, verb: "list", resource: "secrets", fields: new Map<string, string>() };
  expect((await api.access.authorizer.authorize(identity, asked)).type).toBe("noOpinion");

  expect((await bramble("telemetry list")).out).toContain("display");
  expect((await bramble("telemetry grant display")).err).toContain("revoke display");
  expect((await bramble("telemetry revoke display")).out).toContain("may read no more");
  expect(await gate.ofToken(token)).toBeUndefined();
  expect((await bramble("telemetry revoke display")).err).toContain("has no grant");
  await fleet.stop();
});
