/** Boards without containers, for a real fleet: real certificates, real links and real agents over a simulated engine. */
import { join } from "node:path";
import { SimulatedRuntime } from "../../src/agent/runtime-simulated.ts";
import { startAgent } from "../../src/agent/start-agent.ts";
import { Measuring } from "../../src/agent/telemetry/tell-measurements.ts";
import { TestMounts, TestSliceStore } from "../../src/agent/testing/test-board.ts";
import { defaultPorts } from "../../src/cli/shared-options.ts";
import { joinFleet } from "../../src/daemon/join.ts";
import { inParallel } from "../../src/lib/in-parallel.ts";
import type { JoinToken } from "../../src/lib/join-token.ts";
import { silentLogger } from "../../src/lib/logger.ts";
import { readBoardFacts } from "../../src/platform/host/board-facts.ts";
import { boardGauge } from "../../src/platform/host/board-gauge.ts";
import { FleetDirectory } from "../../src/platform/host/fleet-directory.ts";
import { systemClock, systemRandom } from "../../src/platform/host/system-clock.ts";
import { MqttAgentLink } from "../../src/platform/mqtt/mqtt-agent-link.ts";

const joinsAtOnce = 8;
const surroundings = { clock: systemClock, random: systemRandom, log: silentLogger };

export interface SimulatedBoards {
  /** `pi-1` and so on. */
  readonly names: readonly string[];
  readonly image: string;
  readonly measureEveryMs: number;
  /** Any voter's API, `10.99.0.1:6443`. */
  readonly server: string;
  readonly token: JoinToken;
  /** For what they keep on disk. */
  readonly directory: string;
}

/** Joins the boards and runs their agents in this process until the signal. Resolves when all have joined. */
export async function runSimulatedBoards(boards: SimulatedBoards, signal: AbortSignal): Promise<void> {
  const facts = await readBoardFacts(boards.directory);
  await inParallel(boards.names, joinsAtOnce, async (name) => {
    const dataDir = join(boards.directory, name);
    const { server, token } = boards;
    const address = "127.0.0.1";
    await joinFleet({ dataDir, name, address, ports: defaultPorts, server, token, voter: false });
    const files = new FleetDirectory(dataDir);
    const [{ fleet, voters }, credentials] = await Promise.all([files.readIdentity(), files.readPki()]);
    const link = new MqttAgentLink({
      fleet,
      node: name,
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
      credentials: () => credentials,
    });
    await startAgent(
      {
        ...surroundings,
        node: name,
        dataDir,
        version: "v1.32.0+bramble.simulated",
        runtime: new SimulatedRuntime({ clock: systemClock, images: [boards.image] }),
        network: { attach: async () => {}, detach: async () => {} },
        mounts: new TestMounts(),
        link,
        sliceStore: new TestSliceStore(),
        boardFacts: facts,
        address,
        annotations: {},
      },
      signal,
    );
    const measuring = new Measuring(
      {
        ...surroundings,
        carrier: link,
        gauge: boardGauge(dataDir),
        mesh: { peers: async () => [] },
        podCount: () => 1,
        intervalMs: boards.measureEveryMs,
      },
      signal,
    );
    link.onConnection((connected) => {
      if (connected) measuring.homeFound();
    });
    signal.addEventListener("abort", () => link.close(), { once: true });
    link.setVoters(voters);
  });
}
