/** Images for the engines of a lab's boards, which reach no registry. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sampleImageName, writeSampleImage } from "../../scripts/sample-image.ts";
import { UsageError } from "../../src/lib/errors.ts";
import { CommandError, runCommand } from "../../src/platform/host/run-command.ts";
import { dockerOf, hasPower } from "./lab-board.ts";
import type { LabRecord } from "./lab-record.ts";

/**
 * Loads an image into every engine that has power: a tar file's, the sample's (made here), or one of the machine's own
 * engine. Throws `UsageError` where there is no such image.
 */
export async function loadImage(lab: LabRecord, image: string): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "lab-image-"));
  try {
    const archive = await archiveOf(image, join(scratch, "image.tar"));
    const boards = lab.boards.filter((board) => hasPower(lab, board));
    await Promise.all(boards.map((board) => dockerOf(lab, board)("load", "--quiet", "--input", archive)));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

async function archiveOf(image: string, scratch: string): Promise<string> {
  if (existsSync(image)) return image;
  if (image === sampleImageName || image === "hello") {
    await writeSampleImage(scratch);
    return scratch;
  }
  try {
    await runCommand(["docker", "save", "--output", scratch, image]);
    return scratch;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new UsageError(
      `Image '${image}' is neither a tar file, nor ${sampleImageName}, nor in this machine's engine: ${error.stderr.trim()}`,
    );
  }
}
