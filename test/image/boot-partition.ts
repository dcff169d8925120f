/** Reads and writes files on an image's boot partition, as a person does with a card in a reader. */

import { layoutOf } from "../../scripts/image/layout.ts";
import type { Recipe } from "../../scripts/image/recipe.ts";
import { runCommand } from "../../src/platform/host/run-command.ts";

export interface BootPartition {
  read(path: string): Promise<string>;
  write(path: string, text: string): Promise<void>;
  /** The names in its topmost directory. */
  list(): Promise<string[]>;
}

export function bootPartitionOf(image: string, { partitions }: Recipe): BootPartition {
  const place = `${image}@@${layoutOf(partitions).partitions[0].offsetBytes}`;
  return {
    read: (path) => runCommand(["mtype", "-i", place, `::${path}`]),
    async write(path, text) {
      await runCommand(["mcopy", "-o", "-i", place, "-", `::${path}`], text);
    },
    async list() {
      const text = await runCommand(["mdir", "-b", "-i", place, "::"]);
      return text.split("\n").flatMap((line) => (line === "" ? [] : [line.replace(/^::\/?/, "").replace(/\/$/, "")]));
    },
  };
}
