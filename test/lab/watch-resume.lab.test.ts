/** Whoever watches loses nothing when the voter he watched at loses its power. */
import { request } from "node:https";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { FleetApi } from "./fleet-api.ts";
import { type Lab, upLab } from "./lab.ts";
import { administratorOf, serverOf } from "./lab-kubeconfig.ts";
import type { LabBoard } from "./lab-record.ts";
import { removeLab } from "./remove-lab.ts";
import { waitUntil } from "./wait-until.ts";

const name = "test-watch";
const rounds = 20;
/** Events that a round sees before its voter is killed, and after. */
const eventsPerHalf = 20;
const configMaps = "/api/v1/namespaces/default/configmaps";
let lab: Lab;

beforeAll(async () => {
  await removeLab(name);
  lab = await upLab({ name, boards: 3, voters: 3, bramble: true, say: () => {} });
});
afterAll(() => removeLab(name));

const eventSchema = z.object({
  type: z.string(),
  object: z.looseObject({
    metadata: z.object({ name: z.string().optional(), resourceVersion: z.string().optional() }).optional(),
  }),
});

interface Seen {
  readonly type: string;
  readonly name: string;
  readonly resourceVersion: number;
}

/** Follows the ConfigMaps at one voter from a revision on, until the connection ends. */
function follow(voter: LabBoard, fromVersion: number, saw: (event: Seen) => void): { close(): void } {
  const url = `${serverOf(voter)}${configMaps}?watch=true&allowWatchBookmarks=true&resourceVersion=${fromVersion}`;
  const call = request(url, { ...administratorOf(name), agent: false }, (response) => {
    createInterface({ input: response })
      .on("line", (line) => {
        const { type, object } = eventSchema.parse(JSON.parse(line));
        saw({ type, name: object.metadata?.name ?? "", resourceVersion: Number(object.metadata?.resourceVersion) });
      })
      .on("error", () => {});
  });
  call.on("error", () => {});
  call.end();
  return { close: () => call.destroy() };
}

describe("a watch", () => {
  it(`is resumed on another voter when its own is killed, ${rounds} times, and no event is lost, doubled or out of order`, async () => {
    const { boards } = lab.record;
    let written = 0;
    let writing = true;
    const writer = (async () => {
      for (let turn = 0; writing; ) {
        const voter = boards[turn % boards.length];
        if (voter === undefined) return;
        const metadata = { name: `n-${written}` };
        try {
          await new FleetApi(name, voter).send("POST", configMaps, { metadata, data: { round: "x".repeat(100) } });
          written += 1;
        } catch (error) {
          // Whoever has no power does not answer. What looked lost may have been written.
          if (String(error).includes("AlreadyExists")) written += 1;
          else turn += 1;
        }
      }
    })();

    const start = z.object({
      metadata: z.object({ resourceVersion: z.string() }),
      items: z.array(z.object({ metadata: z.object({ name: z.string() }) })),
    });
    const first = boards[0];
    if (first === undefined) throw new Error("there are three");
    const listed = start.parse(JSON.parse(await new FleetApi(name, first).send("GET", configMaps)));
    let lastVersion = Number(listed.metadata.resourceVersion);
    const events: Seen[] = [];
    const saw = (event: Seen) => {
      lastVersion = event.resourceVersion;
      if (event.type !== "BOOKMARK") events.push(event);
    };
    const more = async (where: string) => {
      const enough = events.length + eventsPerHalf;
      await waitUntil(`${eventsPerHalf} more events ${where}`, 60_000, () => events.length >= enough);
    };

    try {
      for (let round = 0; round < rounds; round += 1) {
        const here = boards[round % boards.length];
        const there = boards[(round + 1) % boards.length];
        if (here === undefined || there === undefined) throw new Error("there are three");
        let watch = follow(here, lastVersion, saw);
        await more(`at ${here.name}`);
        await lab.kill(here.name);
        watch.close();
        watch = follow(there, lastVersion, saw);
        await more(`at ${there.name}, after ${here.name} was killed`);
        watch.close();
        await lab.start(here.name);
        await waitUntil(`${here.name} serves again`, 60_000, () =>
          new FleetApi(name, here).send("GET", `${configMaps}?limit=1`).then(
            () => true,
            () => false,
          ),
        );
      }
    } finally {
      writing = false;
      await writer;
    }
    const watch = follow(first, lastVersion, saw);
    await waitUntil("the last write is seen", 30_000, () => events.some((event) => event.name === `n-${written - 1}`));
    watch.close();

    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(["ADDED"]));
    const versions = events.map(({ resourceVersion }) => resourceVersion);
    expect(versions).toEqual([...new Set(versions)].sort((one, other) => one - other));
    // What was written before the list is in the list.
    const before = listed.items.map(({ metadata }) => metadata.name).filter((name) => name.startsWith("n-"));
    const after = events.map((event) => event.name);
    expect([...before, ...after]).toEqual(Array.from({ length: written }, (_, n) => `n-${n}`));
  });
});
