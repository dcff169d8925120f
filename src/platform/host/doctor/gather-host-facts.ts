import type { HostFacts, Wanted } from "../../../doctor/facts.ts";
import type { HostRoot } from "../../../doctor/ports.ts";
import { gatherRequirementFacts, type Surroundings, thisProcess } from "../requirement-facts.ts";
import { readClockFacts, readPowerFacts, readSystemFacts } from "./board-health.ts";
import { readEngineFacts } from "./engine-facts.ts";
import { readFleetFacts } from "./fleet-facts.ts";
import { readKernelFacts } from "./kernel-facts.ts";
import { readNetworkFacts } from "./network-facts.ts";
import { readProcesses } from "./processes.ts";
import { readStorageFacts, readSwaps } from "./storage-facts.ts";

export interface HostQuestion {
  /** What the board is to do, as far as no fleet has decided it. */
  readonly wanted: Wanted;
  readonly nowMs: number;
  /** No clock can rightly show less. */
  readonly floorMs: number;
}

/** Reads all that the doctor asks for off a board; changes nothing. What cannot be read is absent from the facts. */
export async function gatherHostFacts(
  root: HostRoot,
  { wanted, nowMs, floorMs }: HostQuestion,
  surroundings: Surroundings = thisProcess,
): Promise<HostFacts> {
  const processes = await readProcesses(root);
  const requirements = await gatherRequirementFacts(root, surroundings);
  const { identity, facts: fleet } = await readFleetFacts(root, wanted.dataDir, processes);
  const engine =
    requirements.engine === "answers" ? await readEngineFacts(root.socket(requirements.engineSocket)) : undefined;
  const places = [{ path: wanted.dataDir, purpose: "data" as const }];
  const images = engine && { path: engine.dataRoot, purpose: "images" as const };
  const [system, kernel, clock, network, power, swaps, storage] = await Promise.all([
    readSystemFacts(root),
    readKernelFacts(root, requirements),
    readClockFacts(root, processes, { nowMs, floorMs }),
    readNetworkFacts(root, processes),
    readPowerFacts(root),
    readSwaps(root),
    Promise.all([...places, ...(images === undefined ? [] : [images])].map((place) => readStorageFacts(root, place))),
  ]);
  return {
    requirements,
    wanted:
      identity === undefined
        ? wanted
        : { ...wanted, ports: { ...wanted.ports, ...identity.ports }, podCidr: identity.podCidr },
    system,
    kernel,
    engine,
    clock,
    storage,
    swaps,
    network,
    power,
    fleet,
  };
}
