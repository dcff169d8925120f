/** What a person should look at, and the latest news of the fleet. */
import { Age, Badge } from "../parts/figures.tsx";
import { Nothing, Page } from "../parts/page.tsx";
import { hrefOf, type Route } from "../routes.ts";
import { byName } from "../state/by-name.ts";
import type { AttentionState, NewsState } from "../state/fleet-state.ts";
import { attention, news } from "../store.ts";

const newsShown = 100;

export function AttentionView() {
  const latest = news.value;
  const asked = Array.from(attention.value.values()).sort(
    (one, other) => rank(one) - rank(other) || byName(other.since, one.since),
  );
  return (
    <Page title="Attention">
      {asked.length === 0 ? (
        <Nothing>Nothing asks for your attention.</Nothing>
      ) : (
        <ul class="attention" aria-live="polite">
          {asked.map((item) => (
            <Item key={item.id} item={item} />
          ))}
        </ul>
      )}
      <section class="card" aria-labelledby="news">
        <h2 id="news">News since this page was opened</h2>
        {latest.length === 0 ? (
          <Nothing>None yet.</Nothing>
        ) : (
          <ul class="events">
            {latest.slice(0, newsShown).map((each) => (
              <NewsItem key={each.number} news={each} />
            ))}
          </ul>
        )}
      </section>
    </Page>
  );
}

function Item({ item }: { readonly item: AttentionState }) {
  const { severity, title, advice, since } = item;
  const about = placeOf(item);
  return (
    <li class={`card asking tone-${severity === "critical" ? "bad" : "warning"}`}>
      <div class="asking-head">
        <Badge tone={severity === "critical" ? "bad" : "warning"}>{severity}</Badge>
        <h2>{title}</h2>
        <span class="quiet">
          for <Age atMs={Date.parse(since)} />
        </span>
      </div>
      <p>{advice}</p>
      {about !== undefined && <a href={hrefOf(about.to)}>{about.words}</a>}
    </li>
  );
}

function placeOf({
  node,
  namespace,
  kind,
  name,
}: AttentionState): { readonly to: Route; readonly words: string } | undefined {
  if (kind === "Pod" && namespace !== undefined && name !== undefined) {
    return { to: { view: "pod", namespace, name, tab: "events" }, words: `Pod ${name}` };
  }
  const resource = kind === undefined ? undefined : `${kind.toLowerCase()}s`;
  if (resource !== undefined && namespace !== undefined && name !== undefined && /sets$|ments$/.test(resource)) {
    return { to: { view: "workload", namespace, resource, name }, words: `${kind} ${name}` };
  }
  return node === undefined ? undefined : { to: { view: "board", node }, words: `Board ${node}` };
}

function NewsItem({ news }: { readonly news: NewsState }) {
  const { type, reason, message, kind, namespace, name, time } = news;
  return (
    <li class="event">
      <Badge tone={type === "Warning" ? "warning" : "quiet"}>{reason}</Badge>
      <span class="event-message">
        <span class="quiet">
          {kind} {namespace}/{name}
        </span>{" "}
        {message}
      </span>
      <span class="quiet">
        <Age atMs={Date.parse(time)} />
      </span>
    </li>
  );
}

function rank({ severity }: AttentionState): number {
  return severity === "critical" ? 0 : 1;
}
