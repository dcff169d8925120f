import { describe, expect, it } from "vitest";
import { cpioArchive } from "./cpio.ts";
import { modulesToLoad } from "./kernel-modules.ts";

const dependencies = `kernel/fs/ext4/ext4.ko: kernel/fs/jbd2/jbd2.ko kernel/fs/mbcache.ko
kernel/fs/jbd2/jbd2.ko.xz: kernel/lib/crc16.ko
kernel/fs/jbd2/jbd2.ko: kernel/lib/crc16.ko
kernel/fs/mbcache.ko:
kernel/lib/crc16.ko:
kernel/drivers/mmc/host/sdhci-iproc.ko:
`;

describe("modules", () => {
  it("are loaded after what they need, once each, whichever way they are spelt", () => {
    expect(modulesToLoad(["sdhci_iproc", "ext4", "mbcache"], dependencies, "")).toEqual([
      "kernel/drivers/mmc/host/sdhci-iproc.ko",
      "kernel/lib/crc16.ko",
      "kernel/fs/jbd2/jbd2.ko",
      "kernel/fs/mbcache.ko",
      "kernel/fs/ext4/ext4.ko",
    ]);
  });

  it("that are part of the kernel are not loaded, and unknown ones are named", () => {
    expect(modulesToLoad(["mmc-block"], "", "kernel/drivers/mmc/core/mmc_block.ko\n")).toEqual([]);
    expect(() => modulesToLoad(["nonesuch"], dependencies, "")).toThrow("no module 'nonesuch'");
  });
});

describe("the first file system's archive", () => {
  it("is what the kernel reads: members of four-byte steps and a trailer", () => {
    const archive = Buffer.concat(
      cpioArchive([
        { kind: "directory", path: "bin" },
        { kind: "file", path: "init", mode: 0o755, content: Buffer.from("hello") },
        { kind: "link", path: "bin/sh", target: "busybox" },
      ]),
    );
    const members: [string, string, string][] = [];
    let offset = 0;
    while (offset < archive.length) {
      const field = (index: number) =>
        Number.parseInt(archive.toString("latin1", offset + 6 + index * 8, offset + 14 + index * 8), 16);
      expect(archive.toString("latin1", offset, offset + 6)).toBe("070701");
      const nameStart = offset + 110;
      const contentStart = nameStart + field(11) + ((4 - ((110 + field(11)) % 4)) % 4);
      members.push([
        archive.toString("latin1", nameStart, nameStart + field(11) - 1),
        field(1).toString(8),
        archive.toString("latin1", contentStart, contentStart + field(6)),
      ]);
      offset = contentStart + field(6) + ((4 - (field(6) % 4)) % 4);
    }
    expect(members).toEqual([
      ["bin", "40755", ""],
      ["init", "100755", "hello"],
      ["bin/sh", "120777", "busybox"],
      ["TRAILER!!!", "0", ""],
    ]);
  });
});
