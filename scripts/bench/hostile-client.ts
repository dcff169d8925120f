/** A process of its own that sends one hostile input again and again, until whoever started it lets go. */
import { setMaxListeners } from "node:events";
import { z } from "zod";
import { hostileInputs } from "./hostile-inputs.ts";

const orderSchema = z.object({
  name: z.string(),
  target: z.object({ port: z.number(), ca: z.string(), cert: z.string(), key: z.string() }),
});

process.once("message", (message) => {
  const { name, target } = orderSchema.parse(message);
  const input = hostileInputs[name];
  if (input === undefined) throw new Error(`no hostile input is called ${name}`);
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  process.once("disconnect", () => process.exit());
  let sent = 0;
  process.once("message", () => {
    stop.abort();
    process.send?.({ sent });
  });
  void input(target, stop.signal, () => {
    sent += 1;
  });
});
