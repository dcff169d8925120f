/** Asks one question of one container again and again, and says when the answer has truly changed. */
import type { Probe } from "../../api/kinds/probe.ts";
import type { Clock } from "../../lib/clock.ts";

export interface ProbeOutcome {
  readonly ok: boolean;
  /** What a person should know of a failure. */
  readonly message: string;
}

export interface ProbeLoopOptions {
  readonly probe: Probe;
  readonly clock: Clock;
  /** How long the container has run already. */
  readonly ranMs: number;
  readonly ask: (timeoutMs: number) => Promise<ProbeOutcome>;
  /** Every failure, for the events. */
  readonly onFailure: (message: string) => void;
  /** The probe's verdict, once as many answers in a row agree as its thresholds ask. */
  readonly onVerdict: (ok: boolean) => void;
}

/** Starts asking; returns what ends it. */
export function startProbeLoop(options: ProbeLoopOptions): () => void {
  const { probe, clock, ask, onFailure, onVerdict } = options;
  const periodMs = Math.max(1, probe.periodSeconds) * 1000;
  const timeoutMs = Math.max(1, probe.timeoutSeconds) * 1000;
  let ended = false;
  let streak = 0;
  let last: boolean | undefined;
  let cancel = clock.after(Math.max(0, (probe.initialDelaySeconds ?? 0) * 1000 - options.ranMs), () => void turn());

  async function turn(): Promise<void> {
    const outcome = await ask(timeoutMs).catch((thrown: unknown) => ({ ok: false, message: String(thrown) }));
    if (ended) return;
    streak = outcome.ok === last ? streak + 1 : 1;
    last = outcome.ok;
    if (!outcome.ok) onFailure(outcome.message);
    cancel = clock.after(periodMs, () => void turn());
    if (streak === Math.max(1, outcome.ok ? probe.successThreshold : probe.failureThreshold)) onVerdict(outcome.ok);
  }

  return () => {
    ended = true;
    cancel();
  };
}
