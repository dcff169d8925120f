import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { z } from "zod";
import type { HttpsTarget } from "./https-client.ts";
import { leaves } from "./leftovers.ts";
import { nodeFlags } from "./our-voter.ts";

/** A server in a process of its own that answers with `body` and does nothing else, run as our voters are. */
export async function startBareServer(
  { ca, serverCert, serverKey }: { readonly ca: string; readonly serverCert: string; readonly serverKey: string },
  body: string,
): Promise<{ readonly port: HttpsTarget["port"]; stop(): void }> {
  const server = fork(join(import.meta.dirname, "bare-server.ts"), { execArgv: nodeFlags });
  server.once(
    "exit",
    leaves(() => server.kill("SIGKILL")),
  );
  const said = once(server, "message");
  server.send({ ca, cert: serverCert, key: serverKey, body });
  const [{ port }] = z
    .tuple([z.object({ port: z.number() })])
    .rest(z.unknown())
    .parse(await said);
  return { port, stop: () => void server.kill() };
}
