/** Keeps hold of the container engine: waits for it, adopts what it runs, hears of changes, and starts over when it dies. */
import { backoffMs } from "../lib/backoff.ts";
import { type Clock, delay } from "../lib/clock.ts";
import { messageOf } from "../lib/errors.ts";
import type { Logger } from "../lib/logger.ts";
import type { Random } from "../lib/random.ts";
import { ensurePauseImage } from "./pause-image/pause-image.ts";
import { label } from "./pod/observed-pod.ts";
import { type Runtime, type RuntimeContainer, RuntimeUnavailableError } from "./ports.ts";

const again = { delayMsMin: 250, delayMsMax: 5_000 };
/** An engine that is only being restarted is no news for the fleet. */
const downAfterMs = 10_000;

export interface EngineWatchOptions {
  readonly runtime: Runtime;
  readonly arch: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** The engine answers; these are all the containers of ours that it has. */
  readonly onReady: (engine: string, containers: readonly RuntimeContainer[]) => void;
  readonly onChange: (podUid: string) => void;
  readonly onDown: () => void;
}

/** Resolves when `signal` aborts. */
export async function watchEngine(options: EngineWatchOptions, signal: AbortSignal): Promise<void> {
  const { clock, random, log, onDown } = options;
  let attempt = 0;
  let cancelDown: (() => void) | undefined;
  const onReady = () => {
    attempt = 0;
    cancelDown?.();
    cancelDown = undefined;
  };
  while (!signal.aborted) {
    try {
      await followEngine(options, onReady, signal);
    } catch (thrown) {
      if (signal.aborted) break;
      if (attempt === 0) log.warn("the container engine does not answer", { error: messageOf(thrown) });
      cancelDown ??= clock.after(downAfterMs, onDown);
    }
    await delay(clock, backoffMs(again, attempt, random), signal).catch(() => {});
    attempt += 1;
  }
  cancelDown?.();
}

async function followEngine(options: EngineWatchOptions, onReady: () => void, signal: AbortSignal): Promise<void> {
  const { runtime, arch } = options;
  const { name, version } = await runtime.version();
  await ensurePauseImage(runtime, arch);
  let failAdopting: (reason: unknown) => void = () => {};
  const adopting = new Promise<never>((_, reject) => {
    failAdopting = reject;
  });
  const following = runtime.events(
    label.uid,
    () => {
      // Only now: a change between a list and the beginning of the stream would be missed.
      runtime.list(label.uid).then((containers) => {
        onReady();
        options.onReady(`${name}://${version}`, containers);
      }, failAdopting);
    },
    (labels) => options.onChange(labels[label.uid] ?? ""),
    signal,
  );
  await Promise.race([following, adopting]);
  if (!signal.aborted) throw new RuntimeUnavailableError("the engine ended its stream of events");
}
