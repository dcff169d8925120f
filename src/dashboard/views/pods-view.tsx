/** All pods, and the table of some of them that other views show too. */
import { useSignal } from "@preact/signals";
import { Age, Badge, type Tone } from "../parts/figures.tsx";
import { LongTable } from "../parts/long-table.tsx";
import { Choices, Filter, Nothing, Page } from "../parts/page.tsx";
import { shallow } from "../parts/shallow.tsx";
import { hrefOf } from "../routes.ts";
import type { PodState } from "../state/fleet-state.ts";
import { podsByName } from "../store.ts";

const columns = ["Pod", "Namespace", "State", "Ready", "Restarts", "Board", "Address", "Age"];
const cardHeight = 116;

type Wanted = "all" | "troubled";

export function PodsView() {
  const text = useSignal("");
  const namespace = useSignal("");
  const wanted = useSignal<Wanted>("all");
  const all = podsByName.value;
  const namespaces = [...new Set(all.map((pod) => pod.namespace))].sort();
  const typed = text.value.trim().toLowerCase();
  const shown = all
    .filter((pod) => namespace.value === "" || pod.namespace === namespace.value)
    .filter((pod) => wanted.value === "all" || isTroubled(pod))
    .filter(
      (pod) => typed === "" || [pod.key, pod.node ?? "", pod.status].some((each) => each.toLowerCase().includes(typed)),
    );
  return (
    <Page title="Pods">
      <div class="tools">
        <Filter label="Filter pods" value={text.value} onChange={(value) => (text.value = value)} />
        <select
          class="field"
          aria-label="Namespace"
          value={namespace.value}
          onChange={({ currentTarget }) => (namespace.value = currentTarget.value)}
        >
          <option value="">All namespaces</option>
          {namespaces.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
        <Choices<Wanted>
          label="Which pods"
          options={[
            { value: "all", words: `All ${all.length}` },
            { value: "troubled", words: `In trouble ${all.filter(isTroubled).length}` },
          ]}
          value={wanted.value}
          onChange={(value) => (wanted.value = value)}
        />
      </div>
      {all.length === 0 ? (
        <Nothing>No pods, or none that you may see.</Nothing>
      ) : (
        <PodTable pods={shown} label="Pods" />
      )}
    </Page>
  );
}

export function PodTable({ pods, label }: { readonly pods: readonly PodState[]; readonly label: string }) {
  if (pods.length === 0) return <Nothing>None.</Nothing>;
  return (
    <LongTable
      name="pods"
      label={label}
      columns={columns}
      items={pods}
      cardHeight={cardHeight}
      row={(pod, index) => <PodRow key={pod.key} pod={pod} index={index} />}
    />
  );
}

const PodRow = shallow(({ pod, index }: { readonly pod: PodState; readonly index: number }) => {
  const { namespace, name, status, ready, containers, restarts, node, address, created } = pod;
  return (
    // The heading is the first row.
    <tr aria-rowindex={index + 2}>
      <td class="cell-name">
        <a class="stretched" href={hrefOf({ view: "pod", namespace, name, tab: "log" })}>
          {name}
        </a>
      </td>
      <td class="cell-namespace" data-label="Namespace">
        {namespace}
      </td>
      <td class="cell-state">
        <Badge tone={podTone(pod)}>{status}</Badge>
      </td>
      <td class="cell-number cell-ready" data-label="Ready">
        {ready} / {containers.length}
      </td>
      <td class="cell-number cell-restarts" data-label="Restarts">
        {restarts}
      </td>
      <td class="cell-board" data-label="Board">
        {node ?? <span class="nothing">–</span>}
      </td>
      <td class="cell-address">{address ?? <span class="nothing">–</span>}</td>
      <td class="cell-number cell-age" data-label="Age">
        <Age atMs={Date.parse(created)} />
      </td>
    </tr>
  );
});

export function podTone({ phase, status, ready, containers }: PodState): Tone {
  if (phase === "Failed" || /error|backoff|invalid|evicted|oom/i.test(status)) return "bad";
  if (phase === "Succeeded") return "quiet";
  if (phase === "Running") return ready < containers.length || status === "Terminating" ? "warning" : "good";
  return phase === "Unknown" ? "warning" : "busy";
}

function isTroubled(pod: PodState): boolean {
  const tone = podTone(pod);
  return tone === "bad" || tone === "warning";
}
