/** A plain board's figures for Prometheus: its agent's process, and how the board does at the moment that somebody asks. */
import type { BoardGauge, BoardReading } from "../../agent/telemetry/ports.ts";
import { MetricRegistry } from "../../lib/metrics.ts";
import { renderMetrics } from "../../lib/render-metrics.ts";
import { showProcess } from "./process-metrics.ts";

export interface AgentFigures {
  readonly pods: () => number;
  readonly isConnected: () => boolean;
}

/** Nothing is measured until the text is asked for. */
export function boardMetrics(gauge: BoardGauge, { pods, isConnected }: AgentFigures): () => Promise<string> {
  const registry = new MetricRegistry();
  showProcess(registry);
  let reading: BoardReading | undefined;
  const show = (name: string, help: string, read: (reading: BoardReading) => number | undefined) =>
    registry.gauge(name, help, () => (reading === undefined ? undefined : read(reading)) ?? Number.NaN);
  registry.gauge("bramble_agent_pods", "Pods that the board is to run and that have not ended.", pods);
  registry.gauge("bramble_agent_home_connected", "1 while the board's connection to a voter stands.", () =>
    isConnected() ? 1 : 0,
  );
  registry.counted(
    "bramble_board_cpu_busy_seconds_total",
    "Time that the board's processors have worked, together.",
    () => (reading?.cpu.busyMs ?? Number.NaN) / 1_000,
  );
  show("bramble_board_load1", "Processes that wanted to run, on average over a minute.", ({ load1 }) => load1);
  show(
    "bramble_board_memory_used_bytes",
    "Memory that cannot be given back at once.",
    ({ memory }) => memory.usedBytes,
  );
  show("bramble_board_memory_bytes", "Memory of the board.", ({ memory }) => memory.totalBytes);
  show("bramble_board_disk_used_bytes", "Taken of the file system of Bramble's data.", ({ disk }) => disk.usedBytes);
  show("bramble_board_disk_bytes", "Size of the file system of Bramble's data.", ({ disk }) => disk.totalBytes);
  show(
    "bramble_board_temperature_celsius",
    "Of the processor; NaN on a board that does not tell.",
    ({ temperatureCelsius }) => temperatureCelsius,
  );
  show("bramble_board_under_voltage", "1 while the supply is too weak; NaN on a board that does not tell.", (board) =>
    board.underVoltage === undefined ? undefined : Number(board.underVoltage),
  );
  registry.counted(
    "bramble_board_link_received_bytes_total",
    "Through the board's main interface.",
    () => reading?.link.receivedBytes ?? Number.NaN,
  );
  registry.counted(
    "bramble_board_link_sent_bytes_total",
    "Through the board's main interface.",
    () => reading?.link.sentBytes ?? Number.NaN,
  );
  return async () => {
    reading = await gauge.read();
    return renderMetrics(registry.families);
  };
}
