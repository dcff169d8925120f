import { describeDisk } from "./disk-conformance.ts";
import { MemoryDisk } from "./memory-disk.ts";

describeDisk("memory", async () => ({ disk: new MemoryDisk(), remove: async () => {} }));
