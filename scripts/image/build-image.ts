/** All that `scripts/build-image` does, step by step. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { UsageError } from "../../src/lib/errors.ts";
import { assembleImage, checksumLine, compressImage, mapImage } from "./assemble-image.ts";
import { layoutOf } from "./layout.ts";
import { makeInitrd } from "./make-initrd.ts";
import { makePartitions } from "./make-partitions.ts";
import { dressRoot, kernelOf, makeRoot } from "./make-root.ts";
import { readRecipe } from "./recipe.ts";
import { requireBuilder } from "./require-builder.ts";

export interface BuildRequest {
  readonly board: string;
  readonly out: string;
  /** bramble's own package, for arm64. */
  readonly deb: string;
  /** Keeps the root file system, and finds one there again; a directory of its own, removed in the end, without. */
  readonly work?: string;
  /** Whether to leave the image uncompressed, for who boots it right away. */
  readonly raw: boolean;
  readonly say: (line: string) => void;
}

export interface BuiltImage {
  readonly image: string;
  readonly blockMap: string;
  readonly checksums: string;
}

/** Throws `UsageError` for what a person can mend. */
export async function buildImage({ board, out, deb, work, raw, say }: BuildRequest): Promise<BuiltImage> {
  const recipe = readRecipe(board);
  if (!existsSync(deb))
    throw new UsageError(`${deb} is not there: build it with scripts/release, or name another with --bramble`);
  requireBuilder();
  mkdirSync(out, { recursive: true });
  const image = join(out, `bramble-${board}.img`);
  const log = `${image}.log`;
  writeFileSync(log, "");
  const workplace = work ?? mkdtempSync(join(process.env["TMPDIR"] ?? tmpdir(), "bramble-image-"));
  mkdirSync(workplace, { recursive: true });
  const step = steps(say);
  try {
    const root = join(workplace, "root");
    const complete = join(workplace, "root.complete");
    if (existsSync(complete)) {
      say(`using the root file system in ${root}`);
      dressRoot(recipe, root);
    } else {
      rmSync(root, { recursive: true, force: true });
      await step(`Debian ${recipe.debian.suite} for ${recipe.title} (minutes; see ${log})`, () =>
        makeRoot(recipe, root, resolve(deb), log),
      );
      writeFileSync(complete, "");
    }
    const initrd = join(workplace, "initrd.img");
    const layout = layoutOf(recipe.partitions);
    const files = await step("file systems", async () => {
      makeInitrd(recipe, kernelOf(root).modules, join(root, "bin/busybox"), initrd);
      return makePartitions(recipe, layout, { root, initrd, work: workplace, log });
    });
    await step("image", () => assembleImage(recipe, layout, files, image, log));
    const blockMap = `${image}.bmap`;
    await step("block map", async () => writeFileSync(blockMap, await mapImage(image, layout, files)));
    const flashable = raw ? image : await step("compressing", () => compressImage(image, log));
    const checksums = `${flashable}.sha256`;
    writeFileSync(checksums, (await checksumLine(flashable)) + (await checksumLine(blockMap)));
    for (const file of Object.values(files)) rmSync(file);
    say(`${flashable} ${mib(statSync(flashable).size)}, ${mib(layout.imageBytes)} on the card before it grows`);
    for (const caveat of recipe.caveats) say(`note: ${caveat.trim()}`);
    return { image: flashable, blockMap, checksums };
  } finally {
    if (work === undefined) rmSync(workplace, { recursive: true, force: true });
  }
}

/** Says what is being done, and how long it took. */
function steps(say: (line: string) => void) {
  return async <Result>(what: string, act: () => Promise<Result>): Promise<Result> => {
    say(`▸ ${what}`);
    const startedAtMs = performance.now();
    const result = await act();
    say(`  ${((performance.now() - startedAtMs) / 1_000).toFixed(0)} s`);
    return result;
  };
}

function mib(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(0)} MiB`;
}
