import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Lab } from "./lab.ts";
import { boardPaths } from "./lab-names.ts";
import { waitUntil } from "./wait-until.ts";

const leadingSchema = z.looseObject({ msg: z.literal("leading"), term: z.number() });

/** The board that leads in the latest term, as the boards' own logs tell. */
export async function leaderOf(lab: Lab): Promise<string> {
  let leader: string | undefined;
  await waitUntil("a board leads", 30_000, () => {
    const terms = lab.record.boards.flatMap(({ name }) =>
      termsLedBy(lab.record.name, name).map((term) => ({ name, term })),
    );
    leader = terms.sort((a, b) => b.term - a.term)[0]?.name;
    return leader !== undefined;
  });
  return leader ?? "";
}

function termsLedBy(lab: string, board: string): number[] {
  const log = readFileSync(join(boardPaths(lab, board).logs, "bramble.log"), "utf8");
  return log.split("\n").flatMap((line) => {
    if (!line.startsWith("{")) return [];
    const parsed = leadingSchema.safeParse(JSON.parse(line));
    return parsed.success ? [parsed.data.term] : [];
  });
}
