/** Several places to tell the public, as one. */
import type { TelemetryOutlet } from "./ports.ts";

export function severalOutlets(outlets: readonly TelemetryOutlet[]): TelemetryOutlet {
  const isHeard = () => outlets.some((outlet) => outlet.isHeard);
  return {
    get isHeard() {
      return isHeard();
    },
    onHeard(handler) {
      // Whoever begins to hear is to be told everything, though others have heard it all.
      for (const outlet of outlets) outlet.onHeard((begins) => handler(begins || isHeard()));
    },
    retain(topic, payload) {
      for (const outlet of outlets) if (outlet.isHeard) outlet.retain(topic, payload);
    },
    tell(topic, payload) {
      for (const outlet of outlets) if (outlet.isHeard) outlet.tell(topic, payload);
    },
  };
}
