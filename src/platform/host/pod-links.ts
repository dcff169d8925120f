/** `PodLinks` by iproute2 and nsenter; what is there already is read from /proc, without a process. */
import { readFile } from "node:fs/promises";
import type { PodLinks } from "../../network/ports.ts";
import type { RunCommand } from "./run-command.ts";

export interface PodLinksOptions {
  readonly run: RunCommand;
  /** The board's own `/proc/<pid>/net`. */
  readonly ownNet?: string;
}

export function createPodLinks({ run, ownNet = "/proc/self/net" }: PodLinksOptions): PodLinks {
  const boardLinks = async () => linksIn(await readFile(`${ownNet}/dev`, "utf8"));
  return {
    async state(hostLink, sandboxPid) {
      const sandboxNet = `/proc/${sandboxPid}/net`;
      const [links, trie, routes] = await Promise.all([
        boardLinks(),
        readFile(`${sandboxNet}/fib_trie`, "utf8"),
        readFile(`${sandboxNet}/route`, "utf8"),
      ]);
      return {
        hostLinkExists: links.includes(hostLink),
        sandboxAddresses: localAddresses(trie),
        sandboxHasDefaultRoute: /^eth0\t00000000\t/m.test(routes),
      };
    },

    async batch(lines) {
      await run(["ip", "-batch", "-"], `${lines.join("\n")}\n`);
    },

    async batchInside(sandboxPid, lines) {
      await run(["nsenter", `--net=/proc/${sandboxPid}/ns/net`, "ip", "-batch", "-"], `${lines.join("\n")}\n`);
    },

    async linksNamed(prefix) {
      return (await boardLinks()).filter((name) => name.startsWith(prefix));
    },
  };
}

/** Interface names of `/proc/net/dev`: two lines of heading, then `  name: counters`. */
export function linksIn(devText: string): string[] {
  return devText
    .split("\n")
    .slice(2)
    .map((line) => line.split(":")[0]?.trim() ?? "")
    .filter((name) => name !== "");
}

/** Addresses that `/proc/net/fib_trie` calls local to a host: `|-- 10.42.1.7` above `/32 host LOCAL`. */
export function localAddresses(fibTrieText: string): string[] {
  const found = fibTrieText.matchAll(/\|-- ([\d.]+)\n\s+\/32 host LOCAL/g);
  return [...new Set(Array.from(found, (match) => match[1] ?? ""))];
}
