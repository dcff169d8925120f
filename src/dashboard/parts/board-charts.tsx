/** A board's figures over time, drawn by uPlot, which is fetched when the first chart is looked at. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { AlignedData, default as Plot } from "uplot";
import type { MetricSample } from "../state/metric-history.ts";
import { spokenShare } from "../state/spoken.ts";
import { colour, paint } from "./theme.ts";

type PlotClass = typeof Plot;

export function BoardCharts({ history }: { readonly history: readonly MetricSample[] }) {
  const [library, setLibrary] = useState<{ readonly Plot: PlotClass } | undefined>(undefined);
  useEffect(() => {
    void import("uplot").then(({ default: Plot }) => setLibrary({ Plot }));
  }, []);
  if (history.length < 2)
    return <p class="quiet">Two measurements make a line: they come with the board's next words.</p>;
  if (library === undefined) return <div class="chart" />;
  const hasTemperature = history.some(({ temperatureCelsius }) => temperatureCelsius !== undefined);
  return (
    <div class="charts">
      <Chart
        Plot={library.Plot}
        what="Processor and memory"
        lines={[
          { name: "Processor", colour: "--line-1", values: history.map(({ cpuShare }) => percent(cpuShare)) },
          { name: "Memory", colour: "--line-2", values: history.map(({ memoryShare }) => percent(memoryShare)) },
        ]}
        history={history}
        unit="%"
        range={[0, 100]}
      />
      {hasTemperature && (
        <Chart
          Plot={library.Plot}
          what="Temperature"
          lines={[
            { name: "Temperature", colour: "--line-3", values: history.map((each) => each.temperatureCelsius ?? null) },
          ]}
          history={history}
          unit="°C"
        />
      )}
    </div>
  );
}

interface Line {
  readonly name: string;
  /** A custom property. */
  readonly colour: string;
  readonly values: (number | null)[];
}

interface ChartProps {
  readonly Plot: PlotClass;
  readonly what: string;
  readonly lines: readonly Line[];
  readonly history: readonly MetricSample[];
  readonly unit: string;
  readonly range?: [number, number];
}

const height = 180;

function Chart({ Plot, what, lines, history, unit, range }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | undefined>(undefined);
  const data: AlignedData = [history.map(({ atMs }) => atMs / 1000), ...lines.map(({ values }) => values)];
  const colours = paint.value;

  useEffect(() => {
    const { current } = place;
    if (current === null) return undefined;
    const axis = {
      stroke: colour("--quiet"),
      grid: { stroke: colour("--line"), width: 1 },
      ticks: { show: false },
      font: "12px system-ui",
    };
    const made = new Plot(
      {
        width: current.clientWidth,
        height,
        cursor: { y: false },
        scales: range === undefined ? {} : { y: { range } },
        axes: [
          { ...axis, space: 90, values: (_, ticks) => ticks.map(clockTime) },
          { ...axis, size: 56, values: (_, ticks) => ticks.map((tick) => `${tick} ${unit}`) },
        ],
        series: [
          { label: "Time", value: (_, second) => (second === null ? "–" : clockTime(second)) },
          ...lines.map(({ name, colour: property }) => ({
            label: name,
            stroke: colour(property),
            width: 2,
            points: { show: false },
            value: (_: Plot, value: number | null) => (value === null ? "–" : `${Math.round(value)} ${unit}`),
          })),
        ],
      },
      data,
      current,
    );
    plot.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: current.clientWidth, height }));
    resized.observe(current);
    return () => {
      resized.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [Plot, colours]);
  useEffect(() => plot.current?.setData(data), [history]);

  const latest = lines.map(({ name, values }) => `${name} now ${spokenNumber(values.at(-1))} ${unit}`).join(", ");
  return <div ref={place} class="chart" role="img" aria-label={`${what}: ${latest}`} />;
}

/** As the clock on the wall shows it. */
function clockTime(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toLocaleTimeString([], {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
}

function spokenNumber(value: number | null | undefined): string {
  return value === null || value === undefined ? "unknown" : String(Math.round(value));
}

function percent(share: number | undefined): number | null {
  return share === undefined ? null : Number.parseFloat(spokenShare(share));
}
