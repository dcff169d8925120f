/** Figures and their small drawings: shares as bars, ages that grow, states as words with a colour. */

import type { Standing } from "../state/board-standing.ts";
import type { MetricSample } from "../state/metric-history.ts";
import { spokenAge, spokenAgo, spokenShare } from "../state/spoken.ts";
import { now } from "../store.ts";

export type Tone = "good" | "busy" | "warning" | "bad" | "quiet";

const warningShare = 0.8;
const badShare = 0.93;

/** `what` is said to those who do not see the bar. */
export function Meter({ what, share }: { readonly what: string; readonly share: number | undefined }) {
  if (share === undefined) return <Unknown what={what} />;
  const tone = share >= badShare ? "bad" : share >= warningShare ? "warning" : "good";
  return (
    <span class={`meter tone-${tone}`}>
      <span class="meter-track" aria-hidden="true">
        <span class="meter-fill" style={{ "--share": share.toFixed(3) }} />
      </span>
      <span class="meter-text">{spokenShare(share)}</span>
    </span>
  );
}

function Unknown({ what }: { readonly what: string }) {
  return (
    <span class="nothing">
      <span aria-hidden="true">–</span>
      <span class="unseen">{what} unknown</span>
    </span>
  );
}

/** How long ago something was, growing by itself. */
export function Age({ atMs }: { readonly atMs: number | undefined }) {
  return atMs === undefined ? <span class="nothing">–</span> : <span>{spokenAge(Math.max(now.value - atMs, 0))}</span>;
}

/** The same in a sentence. */
export function Ago({ atMs }: { readonly atMs: number | undefined }) {
  return <span>{atMs === undefined ? "never" : spokenAgo(Math.max(now.value - atMs, 0))}</span>;
}

export function Badge({ tone, children }: { readonly tone: Tone; readonly children: string }) {
  return <span class={`badge tone-${tone}`}>{children}</span>;
}

const standingTones: Readonly<Record<Standing, Tone>> = {
  ready: "good",
  "not ready": "bad",
  silent: "warning",
  offline: "bad",
  unknown: "quiet",
};

export function StandingBadge({ standing }: { readonly standing: Standing }) {
  return <Badge tone={standingTones[standing]}>{standing}</Badge>;
}

const sparkSamples = 24;
const width = 72;
const height = 20;

/** How busy its processors were lately; what it shows is also said in figures. */
export function Spark({ history }: { readonly history: readonly MetricSample[] }) {
  const shares = history.slice(-sparkSamples).flatMap(({ cpuShare }) => cpuShare ?? []);
  if (shares.length < 2) return <svg class="spark" viewBox={`0 0 ${width} ${height}`} aria-hidden="true" />;
  const step = width / (sparkSamples - 1);
  const first = width - step * (shares.length - 1);
  const points = shares.map(
    (share, index) => `${(first + index * step).toFixed(1)},${(height - 1 - share * (height - 2)).toFixed(1)}`,
  );
  const line = `M${points.join("L")}`;
  return (
    <svg class="spark" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <path class="spark-area" d={`${line}V${height}H${first.toFixed(1)}Z`} />
      <path class="spark-line" d={line} />
    </svg>
  );
}
