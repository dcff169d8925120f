/** Where an image's partitions lie: arithmetic, and the words for `sfdisk`. Pure. */
import type { Recipe } from "./recipe.ts";

export const mibBytes = 1024 * 1024;
const sectorBytes = 512;
/** Erase blocks of SD cards are 4 MiB or a part of it: a partition that begins within one is written twice as often. */
const alignmentMib = 4;
/** The second table of GPT, at the disk's end. */
const backupTableMib = 1;

export interface Partition {
  readonly role: "boot" | "root" | "data";
  readonly number: number;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
}

export interface Layout {
  readonly imageBytes: number;
  readonly partitions: readonly [boot: Partition, root: Partition, data: Partition];
}

/** Boot, root, data, in this order: the last one can grow. */
export function layoutOf({ table, bootMib, rootMib, dataMib }: Recipe["partitions"]): Layout {
  let nextMib = alignmentMib;
  const place = (role: Partition["role"], number: number, sizeMib: number): Partition => {
    const partition = { role, number, offsetBytes: nextMib * mibBytes, sizeBytes: sizeMib * mibBytes };
    nextMib = alignedUp(nextMib + sizeMib);
    return partition;
  };
  const partitions = [place("boot", 1, bootMib), place("root", 2, rootMib), place("data", 3, dataMib)] as const;
  const endMib = partitions[2].offsetBytes / mibBytes + dataMib;
  return { imageBytes: (endMib + (table === "gpt" ? backupTableMib : 0)) * mibBytes, partitions };
}

/** EFI's own types, so that firmware finds the loader; and Linux. */
const types = {
  dos: { uefi: "ef", "raspberry-pi": "c", linux: "83" },
  gpt: {
    uefi: "C12A7328-F81F-11D2-BA4B-00A0C93EC93B",
    "raspberry-pi": "EBD0A0A2-B9E5-4433-87C0-68B6B72699C7",
    linux: "0FC63DAF-8483-4772-8E79-3D69D8477DE4",
  },
} as const;

/** What `sfdisk` reads. */
export function partitionTable({ partitions: { table }, boot }: Recipe, layout: Layout): string {
  const lines = layout.partitions.map(({ role, offsetBytes, sizeBytes }) => {
    const type = types[table][role === "boot" ? boot.method : "linux"];
    const fields = [`start=${offsetBytes / sectorBytes}`, `size=${sizeBytes / sectorBytes}`, `type=${type}`];
    if (table === "gpt") fields.push(`name=bramble-${role}`);
    else if (role === "boot") fields.push("bootable");
    return fields.join(", ");
  });
  return [`label: ${table}`, "unit: sectors", "", ...lines, ""].join("\n");
}

function alignedUp(sizeMib: number): number {
  return Math.ceil(sizeMib / alignmentMib) * alignmentMib;
}
