/** `scripts/make-sample-image [FILE]`: loads the sample image into this machine's engine, or writes it to a file. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { messageOf } from "../src/lib/errors.ts";
import { runCommand } from "../src/platform/host/run-command.ts";
import { sampleImageName, writeSampleImage } from "./sample-image.ts";

const [file] = process.argv.slice(2);
try {
  if (file !== undefined) {
    await writeSampleImage(file);
    console.log(`${sampleImageName} is in ${file}`);
  } else {
    const scratch = mkdtempSync(join(tmpdir(), "sample-image-"));
    try {
      await writeSampleImage(join(scratch, "image.tar"));
      await runCommand(["docker", "load", "--quiet", "--input", join(scratch, "image.tar")]);
    } finally {
      rmSync(scratch, { recursive: true });
    }
    console.log(`${sampleImageName} is in the engine`);
  }
} catch (error) {
  console.error(`make-sample-image: ${messageOf(error)}`);
  process.exitCode = 1;
}
