/** How far a rollout has come: a bar with words, and a square for each board. */

import { hrefOf } from "../routes.ts";
import type { BoardStep, Progress } from "../state/workload-progress.ts";
import type { Tone } from "./figures.tsx";

export function ProgressBar({ progress: { share, words, isComplete } }: { readonly progress: Progress }) {
  return (
    <span class={`progress tone-${isComplete ? "good" : "busy"}`}>
      <span class="meter-track" aria-hidden="true">
        <span class="meter-fill" style={{ "--share": share.toFixed(3) }} />
      </span>
      <span class="progress-words">{words}</span>
    </span>
  );
}

const stepTones: Readonly<Record<BoardStep["state"], Tone>> = {
  updated: "good",
  updating: "busy",
  outdated: "quiet",
  offline: "warning",
  failed: "bad",
};

const stepWords: Readonly<Record<BoardStep["state"], string>> = {
  updated: "updated",
  updating: "updating now",
  outdated: "waits for its turn",
  offline: "away, served on return",
  failed: "failed",
};

export function BoardSteps({ steps }: { readonly steps: readonly BoardStep[] }) {
  return (
    <ul class="steps" aria-label="Board by board">
      {steps.map(({ node, state }) => (
        <li key={node} class={`step tone-${stepTones[state]}`}>
          <a href={hrefOf({ view: "board", node })}>{node}</a>
          <span class="step-state">{stepWords[state]}</span>
        </li>
      ))}
    </ul>
  );
}
