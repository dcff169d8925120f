/** One pod, with its log, its events and a terminal. */
import { useSignal } from "@preact/signals";
import { ActionButton } from "../parts/actions.tsx";
import { Age, Badge } from "../parts/figures.tsx";
import { Facts, Nothing, Page } from "../parts/page.tsx";
import { hrefOf, type PodTab, podTabs } from "../routes.ts";
import type { PodState } from "../state/fleet-state.ts";
import { pods, session } from "../store.ts";
import { PodEvents } from "./pod-events.tsx";
import { PodLog } from "./pod-log.tsx";
import { PodTerminal } from "./pod-terminal.tsx";
import { podTone } from "./pods-view.tsx";

export interface PodViewProps {
  readonly namespace: string;
  readonly name: string;
  readonly tab: PodTab;
}

const tabWords: Readonly<Record<PodTab, string>> = { log: "Log", events: "Events", terminal: "Terminal" };

export function PodView({ namespace, name, tab }: PodViewProps) {
  const pod = pods.value.get(`${namespace}/${name}`);
  const chosen = useSignal<string | undefined>(undefined);
  const back = { to: { view: "pods" }, label: "Pods" } as const;
  if (pod === undefined) {
    return (
      <Page title={name} back={back}>
        <Nothing>This pod is not there, or no longer.</Nothing>
      </Page>
    );
  }
  const container = chosen.value ?? pod.containers[0]?.name ?? "";
  return (
    <Page title={name} back={back} aside={<Delete pod={pod} />}>
      <p class="badges">
        <Badge tone={podTone(pod)}>{pod.status}</Badge>
        {pod.message !== undefined && <span class="quiet">{pod.message}</span>}
      </p>
      <section class="card" aria-label="The pod">
        <PodFacts pod={pod} />
      </section>
      <section class="card tabbed">
        <nav class="tabs" aria-label="Of this pod">
          {podTabs.map((each) => (
            <a
              key={each}
              class="tab"
              href={hrefOf({ view: "pod", namespace, name, tab: each })}
              aria-current={each === tab ? "page" : undefined}
            >
              {tabWords[each]}
            </a>
          ))}
          {pod.containers.length > 1 && tab !== "events" && (
            <select
              class="field"
              aria-label="Container"
              value={container}
              onChange={({ currentTarget }) => (chosen.value = currentTarget.value)}
            >
              {pod.containers.map((each) => (
                <option key={each.name} value={each.name}>
                  {each.name}
                </option>
              ))}
            </select>
          )}
        </nav>
        <Tab key={`${tab} ${container} ${pod.uid}`} tab={tab} pod={pod} container={container} />
      </section>
    </Page>
  );
}

function Tab({ tab, pod, container }: { readonly tab: PodTab; readonly pod: PodState; readonly container: string }) {
  const { namespace, name } = pod;
  switch (tab) {
    case "log":
      return <PodLog namespace={namespace} pod={name} container={container} hasRestarted={pod.restarts > 0} />;
    case "events":
      return <PodEvents pod={pod} />;
    case "terminal":
      return <PodTerminal namespace={namespace} pod={name} container={container} />;
  }
}

function PodFacts({ pod }: { readonly pod: PodState }) {
  const { namespace, owner, node } = pod;
  return (
    <Facts
      facts={[
        ["Namespace", namespace],
        ["Board", node && <a href={hrefOf({ view: "board", node })}>{node}</a>],
        ["Address", pod.address],
        ["Belongs to", owner && <a href={hrefOf({ view: "workload", namespace, ...owner })}>{owner.name}</a>],
        ["Ready", `${pod.ready} of ${pod.containers.length}`],
        ["Restarts", pod.restarts],
        ["Age", <Age key="age" atMs={Date.parse(pod.created)} />],
        ["Images", <code key="images">{pod.containers.map(({ image }) => image).join(", ")}</code>],
      ]}
    />
  );
}

function Delete({ pod: { namespace, name, owner } }: { readonly pod: PodState }) {
  return (
    <ActionButton
      label="Delete"
      action={{ verb: "delete", group: "", resource: "pods", namespace, name }}
      run={async () => session.value?.api.deletePod(namespace, name)}
      done={`${name} is being deleted.`}
      confirm={{
        title: `Delete ${name}?`,
        text: owner === undefined ? "Nothing will make it again." : `${owner.name} will make another one in its place.`,
      }}
    />
  );
}
