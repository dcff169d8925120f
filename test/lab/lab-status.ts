import { dockerOf, hasPower } from "./lab-board.ts";
import { readinessOf } from "./lab-fleet.ts";
import { type LabBoard, type LabRecord, readLinkRecord } from "./lab-record.ts";

/** The lab as a table: power and link of each board, running containers, and what the API says of it. */
export async function labStatus(lab: LabRecord): Promise<string> {
  const readiness = lab.bramble ? await readinessOf(lab) : undefined;
  const rows = await Promise.all(lab.boards.map((board) => rowOf(lab, board, readiness)));
  return align([["BOARD", "ADDRESS", "VOTER", "POWER", "LINK", "CONTAINERS", "NODE"], ...rows]);
}

async function rowOf(
  lab: LabRecord,
  board: LabBoard,
  readiness: ReadonlyMap<string, boolean> | undefined,
): Promise<string[]> {
  const { plugged, shape } = readLinkRecord(lab.name, board.name);
  const power = hasPower(lab, board);
  const shaped = shape === undefined ? "" : ` ${shape.delayMs}±${shape.jitterMs}ms ${shape.lossPercent}%`;
  const containers = power ? await dockerOf(lab, board)("ps", "--quiet").catch(() => undefined) : undefined;
  const ready = readiness?.get(board.name);
  return [
    board.name,
    board.address,
    board.voter ? "yes" : "no",
    power ? "on" : "off",
    (plugged ? "plugged" : "unplugged") + shaped,
    containers === undefined ? "-" : String(containers.split("\n").length - 1),
    ready === undefined ? "unknown" : ready ? "Ready" : "NotReady",
  ];
}

function align(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
