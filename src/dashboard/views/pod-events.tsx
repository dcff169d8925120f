/** What has happened to a pod: what the API remembers, and the news since. */
import { useEffect, useState } from "preact/hooks";
import type { PastEvent } from "../link/kube-api.ts";
import { wordsOf } from "../parts/actions.tsx";
import { Age, Badge } from "../parts/figures.tsx";
import { Nothing } from "../parts/page.tsx";
import type { PodState } from "../state/fleet-state.ts";
import { news, session } from "../store.ts";

export function PodEvents({ pod }: { readonly pod: PodState }) {
  const [past, setPast] = useState<readonly PastEvent[] | undefined>(undefined);
  const [trouble, setTrouble] = useState<string | undefined>(undefined);
  // Each piece of news of this pod is a reason to ask again: the API counts and merges them.
  const latest = news.value.find((each) => isAbout(each, pod))?.number ?? 0;
  useEffect(() => {
    let isCurrent = true;
    void session.value?.api.events(pod.namespace, pod.uid).then(
      (events) => isCurrent && setPast(events),
      (error: unknown) => isCurrent && setTrouble(wordsOf(error)),
    );
    return () => {
      isCurrent = false;
    };
  }, [pod.uid, latest]);

  if (trouble !== undefined) return <p class="notice tone-bad">{trouble}</p>;
  if (past === undefined) return <p class="quiet">Asking…</p>;
  if (past.length === 0) return <Nothing>Nothing has happened to it lately.</Nothing>;
  return (
    <ul class="events" aria-live="polite">
      {past.toReversed().map(({ uid, type, reason, message, count, timeMs }) => (
        <li key={uid} class="event">
          <Badge tone={type === "Warning" ? "warning" : "quiet"}>{reason}</Badge>
          <span class="event-message">{message}</span>
          <span class="quiet">
            <Age atMs={timeMs} />
            {count > 1 && ` × ${count}`}
          </span>
        </li>
      ))}
    </ul>
  );
}

function isAbout(news: { readonly namespace: string; readonly kind: string; readonly name: string }, pod: PodState) {
  return news.kind === "Pod" && news.namespace === pod.namespace && news.name === pod.name;
}
