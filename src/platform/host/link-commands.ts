import { z } from "zod";
import type { Links } from "../../network/ports.ts";
import { CommandError, type RunCommand } from "./run-command.ts";

const addressListSchema = z.array(
  z.object({ addr_info: z.array(z.object({ local: z.string(), prefixlen: z.number() })).optional() }),
);
const routeListSchema = z.array(z.object({ dst: z.string(), prefsrc: z.string().optional() }));

/** `Links` by iproute2, with its JSON output. */
export function createLinkCommands(run: RunCommand): Links {
  return {
    async addressesOf(link) {
      try {
        const text = await run(["ip", "-json", "-4", "address", "show", "dev", link]);
        // A link without an address is an empty object in some versions and no element at all in others.
        const listed = addressListSchema.parse(JSON.parse(text || "[]"));
        return listed
          .flatMap(({ addr_info }) => addr_info ?? [])
          .map(({ local, prefixlen }) => `${local}/${prefixlen}`);
      } catch (error) {
        if (error instanceof CommandError && error.stderr.includes("does not exist")) return undefined;
        throw error;
      }
    },

    async routesVia(link) {
      const text = await run(["ip", "-json", "-4", "route", "show", "dev", link]);
      const listed = routeListSchema.parse(JSON.parse(text || "[]"));
      return listed.map(({ dst, prefsrc }) => ({ prefix: dst, source: prefsrc }));
    },

    async batch(lines) {
      await run(["ip", "-batch", "-"], `${lines.join("\n")}\n`);
    },

    async forwardPackets() {
      await run(["sysctl", "-q", "-w", "net.ipv4.ip_forward=1"]);
    },
  };
}
