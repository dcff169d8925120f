/** Measures the board now and then and tells its home voter. Nothing is kept, and nothing is repeated: the next word says more. */
import type { BoardTelemetry, HomeTelemetryCarrier } from "../../api/telemetry/carriers.ts";
import type { Surroundings } from "../../client/controller.ts";
import { messageOf } from "../../lib/errors.ts";
import { nodeMesh, nodeMetrics } from "./plan.ts";
import type { BoardGauge, BoardReading, MeshGauge } from "./ports.ts";

export interface MeasuringOptions extends Surroundings {
  readonly carrier: HomeTelemetryCarrier;
  readonly gauge: BoardGauge;
  readonly mesh: MeshGauge;
  /** How many pods the board runs. */
  readonly podCount: () => number;
  readonly intervalMs: number;
}

/** The mesh is told with the first measurements and then with every such one: it costs a command, and changes slowly. */
const meshEvery = 4;

export class Measuring {
  readonly #options: MeasuringOptions;
  readonly #signal: AbortSignal;
  #before: BoardReading | undefined;
  #round = 0;
  #cancel = () => {};
  #isUnderWay = false;

  /** Ends with the signal. The first measurement comes after a part of the interval, so that boards do not speak in chorus. */
  constructor(options: MeasuringOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
    signal.addEventListener("abort", () => this.#cancel(), { once: true });
    if (!signal.aborted) this.#later(options.random.next() * Math.min(options.intervalMs, firstMsMax));
  }

  /** A voter that has not heard of this board is told soon, mesh included; by then the mesh knows its peers. */
  homeFound(): void {
    this.#round = 0;
    if (!this.#signal.aborted) this.#later(homeMsMin + this.#options.random.next() * homeMsSpread);
  }

  #later(delayMs: number): void {
    this.#cancel();
    this.#cancel = this.#options.clock.after(delayMs, () => void this.#measure());
  }

  async #measure(): Promise<void> {
    if (this.#signal.aborted || this.#isUnderWay) return;
    this.#isUnderWay = true;
    const { carrier, intervalMs, log } = this.#options;
    try {
      carrier.sendTelemetry(new TextEncoder().encode(JSON.stringify(await this.#read())));
    } catch (error) {
      log.debug("not measured", { reason: messageOf(error) });
    } finally {
      this.#isUnderWay = false;
    }
    if (!this.#signal.aborted) this.#later(intervalMs);
  }

  async #read(): Promise<BoardTelemetry> {
    const { gauge, mesh, podCount, clock } = this.#options;
    const withMesh = this.#round < meshEvery || this.#round % meshEvery === 0;
    this.#round += 1;
    const [reading, peers] = await Promise.all([gauge.read(), withMesh ? mesh.peers() : undefined]);
    const metrics = nodeMetrics(reading, this.#before, { pods: podCount(), nowMs: clock.nowMs() });
    this.#before = reading;
    return { metrics, ...(peers !== undefined && { mesh: nodeMesh(peers, clock.nowMs()) }) };
  }
}

const firstMsMax = 10_000;
/** When a voter dies, a hundred boards find another at once. */
const homeMsMin = 2_000;
const homeMsSpread = 2_000;
