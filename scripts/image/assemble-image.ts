/** Puts partitions together to an image, and writes beside it what flashing it needs: block map and checksums. */
import { createHash } from "node:crypto";
import { createReadStream, rmSync, truncateSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { runCommand } from "../../src/platform/host/run-command.ts";
import {
  type BlockRange,
  blockBytes,
  blockMapText,
  freeBlocksOf,
  joinRanges,
  type MappedRange,
  withoutRanges,
} from "./block-map.ts";
import { type Layout, type Partition, partitionTable } from "./layout.ts";
import type { PartitionFiles } from "./make-partitions.ts";
import type { Recipe } from "./recipe.ts";
import { runProgram } from "./run-program.ts";

const copyBytes = 4 * 1024 * 1024;
const zeros = Buffer.alloc(copyBytes);

/** Writes the uncompressed image to `target`. */
export async function assembleImage(
  recipe: Recipe,
  layout: Layout,
  files: PartitionFiles,
  target: string,
  log: string,
): Promise<void> {
  rmSync(target, { force: true });
  writeFileSync(target, "");
  truncateSync(target, layout.imageBytes);
  await runProgram(["sfdisk", "--quiet", "--no-reread", "--no-tell-kernel", target], {
    input: partitionTable(recipe, layout),
    log,
  });
  for (const partition of layout.partitions) await copyInto(target, files[partition.role], partition);
}

/** Returns the map's text. What the file systems do not use is left out; everything else is in, zeros too. */
export async function mapImage(image: string, layout: Layout, files: PartitionFiles): Promise<string> {
  const holes: BlockRange[] = [];
  for (const { role, offsetBytes } of layout.partitions) {
    if (role === "boot") continue;
    const first = offsetBytes / blockBytes;
    const free = freeBlocksOf(await runCommand(["dumpe2fs", files[role]]));
    holes.push(...free.map((range) => ({ first: range.first + first, last: range.last + first })));
  }
  const last = Math.ceil(layout.imageBytes / blockBytes) - 1;
  const ranges: MappedRange[] = [];
  for (const range of withoutRanges({ first: 0, last }, joinRanges(holes))) {
    ranges.push({ ...range, sha256: await checksumOf(image, range) });
  }
  return blockMapText(layout.imageBytes, ranges, sha256);
}

/** Replaces the image by a compressed one and returns its path. */
export async function compressImage(image: string, log: string): Promise<string> {
  await runProgram(["zstd", "--quiet", "--force", "-12", "--threads=0", "--rm", image], { log });
  return `${image}.zst`;
}

/** As `sha256sum --check` reads it. */
export async function checksumLine(path: string): Promise<string> {
  return `${await checksumOf(path)}  ${basename(path)}\n`;
}

/** Skips what is zero, so that the image takes no room for it here. */
async function copyInto(image: string, from: string, { offsetBytes }: Partition): Promise<void> {
  const target = await open(image, "r+");
  try {
    let positionBytes = offsetBytes;
    for await (const chunk of createReadStream(from, { highWaterMark: copyBytes })) {
      const bytes: Buffer = chunk;
      if (!bytes.equals(zeros.subarray(0, bytes.length))) await target.write(bytes, 0, bytes.length, positionBytes);
      positionBytes += bytes.length;
    }
  } finally {
    await target.close();
  }
}

async function checksumOf(path: string, range?: BlockRange): Promise<string> {
  const hash = createHash("sha256");
  const part = range === undefined ? {} : { start: range.first * blockBytes, end: (range.last + 1) * blockBytes - 1 };
  for await (const chunk of createReadStream(path, { highWaterMark: copyBytes, ...part })) hash.update(chunk);
  return hash.digest("hex");
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
