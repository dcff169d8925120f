import { podsOn } from "../../test/lab/fleet-view.ts";
import { type Lab, upLab } from "../../test/lab/lab.ts";
import { removeLab } from "../../test/lab/remove-lab.ts";
import { leaves } from "./leftovers.ts";

const lab = "bench";
const boards = ["b1", "b2", "b3"];

/** Measures on a lab of its own: three voters with a DaemonSet running. */
export async function onLab(measure: (lab: Lab) => Promise<void>): Promise<void> {
  const removed = leaves(() => removeLab(lab));
  try {
    await removeLab(lab);
    const up = await upLab({ name: lab, boards: 3, voters: 3, bramble: true, say: (line) => console.error(line) });
    await up.kubectl(["apply", "-f", new URL("../../config/samples/hello-daemonset.yaml", import.meta.url).pathname]);
    await podsOn(up, "hello", boards);
    await measure(up);
  } finally {
    await removeLab(lab);
    removed();
  }
}
