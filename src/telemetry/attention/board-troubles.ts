/** What may be wrong with a board. Pure. */
import type { Node } from "../../api/kinds/node.ts";
import { findCondition } from "../../api/meta/condition.ts";
import { parseTime } from "../../api/meta/time.ts";
import type { NodeMetrics } from "../../api/telemetry/node-telemetry.ts";
import type { BoardPresence } from "../topics/fleet-view.ts";
import type { Trouble } from "./plan.ts";

export interface HeardMetrics {
  readonly metrics: NodeMetrics;
  /** By this voter's clock, in milliseconds since 1970. */
  readonly heardMs: number;
}

export interface BoardFindings {
  readonly troubles: readonly (readonly [kind: string, trouble: Trouble])[];
  readonly recheckMs: number | undefined;
}

export interface BoardUnderView {
  readonly node: Node;
  readonly presence: BoardPresence;
  readonly metrics: HeardMetrics | undefined;
  readonly isVoter: boolean;
  readonly nowMs: number;
  /** Whether a trouble of that kind has been told of already. */
  readonly lasts: (kind: string) => boolean;
}

/** A board that restarts, or whose cable is moved, is back by then. */
const offlineMs = 5 * 60_000;
/** A Raspberry Pi slows down at 80 °C, and more so at 85. */
const hotCelsius = 80;
const tooHotCelsius = 85;
const cooledCelsius = 75;
const fullShare = 0.9;
const nearlyNoneLeftShare = 0.97;
const freedShare = 0.87;
/** Beyond it, tokens and certificates are judged wrongly. */
const skewMsMax = 60_000;

export function boardTroubles(view: BoardUnderView): BoardFindings {
  const away = awayTrouble(view);
  const troubles = [...away.troubles];
  // What a board said before it went is not news.
  if (view.presence.state === "online" && view.metrics !== undefined) {
    troubles.push(...measuredTroubles(view, view.metrics));
  }
  return { troubles, recheckMs: away.recheckMs };
}

function awayTrouble({ node, presence, isVoter, nowMs }: BoardUnderView): BoardFindings {
  const { name } = node.metadata;
  const ready = findCondition(node.status.conditions, "Ready");
  const since =
    presence.state === "offline" ? (presence.since ?? ready?.lastTransitionTime) : ready?.lastTransitionTime;
  const sinceMs = since === undefined ? undefined : parseTime(since);
  const isWell = presence.state === "online" && ready?.status === "True";
  if (isWell || since === undefined || sinceMs === undefined) return { troubles: [], recheckMs: undefined };
  const waitMs = sinceMs + offlineMs - nowMs;
  if (waitMs > 0) return { troubles: [], recheckMs: waitMs };
  const trouble: Trouble =
    presence.state === "offline"
      ? {
          severity: isVoter ? "critical" : "warning",
          title: `${name} is offline`,
          advice: "Check its power and network; its pods run on by themselves while it has power.",
          node: name,
          since,
        }
      : {
          severity: "warning",
          title: `${name} is not ready`,
          advice: ready?.message || "See on the board what its agent says: journalctl -u bramble",
          node: name,
          since,
        };
  return { troubles: [[presence.state === "offline" ? "offline" : "not-ready", trouble]], recheckMs: undefined };
}

function* measuredTroubles(
  { node, lasts }: BoardUnderView,
  { metrics, heardMs }: HeardMetrics,
): Iterable<readonly [string, Trouble]> {
  const { name } = node.metadata;
  const { underVoltage, temperatureCelsius, disk, measured } = metrics;
  if (underVoltage === true) {
    const advice = "Use the supply that the board's maker recommends, and a short, thick cable.";
    yield ["under-voltage", { severity: "critical", title: `${name} gets too little voltage`, advice, node: name }];
  }
  if (temperatureCelsius !== undefined && temperatureCelsius >= (lasts("hot") ? cooledCelsius : hotCelsius)) {
    const severity = temperatureCelsius >= tooHotCelsius ? "critical" : "warning";
    const advice = "Give it air, a heat sink or a fan; it slows down to protect itself.";
    yield ["hot", { severity, title: `${name} is at ${Math.round(temperatureCelsius)} °C`, advice, node: name }];
  }
  const used = disk.totalBytes === 0 ? 0 : disk.usedBytes / disk.totalBytes;
  if (used >= (lasts("disk") ? freedShare : fullShare)) {
    const severity = used >= nearlyNoneLeftShare ? "critical" : "warning";
    const advice = "Remove images and volumes that nobody uses: docker system df shows what takes the room.";
    yield ["disk", { severity, title: `The disk of ${name} is ${Math.floor(used * 100)} % full`, advice, node: name }];
  }
  const measuredMs = parseTime(measured);
  if (measuredMs !== undefined && Math.abs(measuredMs - heardMs) > skewMsMax) {
    const advice = "Let it reach a time server (timedatectl), or give it a clock with a battery.";
    yield ["clock", { severity: "warning", title: `The clock of ${name} is wrong`, advice, node: name }];
  }
}
