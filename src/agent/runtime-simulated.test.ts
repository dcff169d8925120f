import { VirtualClock } from "../lib/testing/virtual-clock.ts";
import { SimulatedRuntime } from "./runtime-simulated.ts";
import { conformanceImage, endsWithThree, runtimeConformance } from "./testing/runtime-conformance.ts";

runtimeConformance(
  "the simulated engine",
  () =>
    new SimulatedRuntime({
      clock: new VirtualClock(),
      images: [conformanceImage],
      endsAtOnce: ({ command }) => (command?.join() === endsWithThree.join() ? 3 : undefined),
    }),
);
