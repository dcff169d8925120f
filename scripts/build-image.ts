/** The command line of `scripts/build-image`. */
import { Command } from "commander";
import { messageOf } from "../src/lib/errors.ts";
import { buildImage } from "./image/build-image.ts";
import { knownBoards } from "./image/recipe.ts";
import { debForArm64 } from "./image/release-package.ts";

interface Options {
  readonly out: string;
  readonly bramble?: string;
  readonly work?: string;
  readonly raw: boolean;
}

const program = new Command("build-image")
  .description("Builds a flashable image for a kind of board, from Debian's packages and bramble's.")
  .argument("<board>", knownBoards().join(", "))
  .option("--out <dir>", "where the image goes", "dist/images")
  .option("--bramble <file>", "bramble's package for arm64 (default: the one that scripts/release made)")
  .option("--work <dir>", "keep the root file system in this directory, and use the one that is there")
  .option("--raw", "leave the image uncompressed", false)
  .action(async (board: string, { out, bramble, work, raw }: Options) => {
    const deb = bramble ?? debForArm64();
    await buildImage({ board, out, deb, raw, ...(work !== undefined && { work }), say: (line) => console.error(line) });
  });

try {
  await program.parseAsync();
} catch (error) {
  console.error(`build-image: ${messageOf(error)}`);
  process.exitCode = 1;
}
