import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeDisk } from "../../replication/testing/disk-conformance.ts";
import { FileDisk } from "./file-disk.ts";

describeDisk("file", async () => {
  const directory = await mkdtemp(join(tmpdir(), "bramble-disk-"));
  const disk = await FileDisk.open(join(directory, "raft"));
  return { disk, remove: () => rm(directory, { recursive: true }) };
});
