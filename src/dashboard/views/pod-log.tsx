/** A container's log as it is written. Lines are text and nothing else, whatever stands in them. */
import { useEffect, useRef, useState } from "preact/hooks";
import { readLog } from "../link/read-log.ts";
import { wordsOf } from "../parts/actions.tsx";
import { session } from "../store.ts";

export interface PodLogProps {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly hasRestarted: boolean;
}

const linesMax = 5_000;
/** So far from its end, a log counts as being read rather than followed. */
const nearEndPixels = 40;

export function PodLog({ namespace, pod, container, hasRestarted }: PodLogProps) {
  const place = useRef<HTMLPreElement>(null);
  const [isPrevious, setPrevious] = useState(false);
  const [words, setWords] = useState("Asking…");

  useEffect(() => {
    const { current } = place;
    const api = session.value?.api;
    if (current === null || api === undefined) return undefined;
    const stop = new AbortController();
    const paper = new Paper(current);
    const follow = async () => {
      setWords(isPrevious ? "" : "Following");
      for await (const lines of readLog(api, { namespace, pod, container, isPrevious }, stop.signal)) paper.add(lines);
      setWords(isPrevious ? "The run before the last restart." : "The container has ended.");
    };
    follow().catch((error: unknown) => {
      if (!stop.signal.aborted) setWords(wordsOf(error));
    });
    return () => {
      stop.abort();
      paper.clear();
    };
  }, [isPrevious]);

  return (
    <>
      <div class="log-head">
        <span class="quiet" role="status">
          {words}
        </span>
        {hasRestarted && (
          <label class="check">
            <input
              type="checkbox"
              checked={isPrevious}
              onChange={({ currentTarget }) => setPrevious(currentTarget.checked)}
            />
            Before the last restart
          </label>
        )}
      </div>
      {/* It scrolls, so a keyboard must be able to reach it. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: see above */}
      <pre ref={place} class="log" tabIndex={0} role="log" aria-label={`Log of ${container}`} aria-live="off" />
    </>
  );
}

/** Written to directly, once a frame: a log may come faster than views are drawn. */
class Paper {
  readonly #place: HTMLElement;
  #lines: string[] = [];
  #frame = 0;
  #count = 0;

  constructor(place: HTMLElement) {
    this.#place = place;
  }

  add(lines: readonly string[]): void {
    this.#lines.push(...lines);
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#write());
  }

  clear(): void {
    cancelAnimationFrame(this.#frame);
    this.#place.replaceChildren();
  }

  #write(): void {
    this.#frame = 0;
    const { scrollHeight, scrollTop, clientHeight } = this.#place;
    const isFollowed = scrollHeight - scrollTop - clientHeight < nearEndPixels;
    const fresh = this.#lines.slice(-linesMax);
    this.#lines = [];
    const block = document.createElement("span");
    block.textContent = `${fresh.join("\n")}\n`;
    block.dataset["lines"] = String(fresh.length);
    this.#place.append(block);
    this.#count += fresh.length;
    while (this.#count > linesMax && this.#place.firstElementChild instanceof HTMLElement) {
      const { firstElementChild: oldest } = this.#place;
      if (oldest === block) break;
      this.#count -= Number(oldest.dataset["lines"]);
      oldest.remove();
    }
    if (isFollowed) this.#place.scrollTop = this.#place.scrollHeight;
  }
}
