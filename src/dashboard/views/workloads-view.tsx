/** All workloads, those whose rollouts are under way first. */
import { useSignal } from "@preact/signals";
import { Age } from "../parts/figures.tsx";
import { LongTable } from "../parts/long-table.tsx";
import { Filter, Nothing, Page } from "../parts/page.tsx";
import { ProgressBar } from "../parts/progress.tsx";
import { shallow } from "../parts/shallow.tsx";
import { hrefOf } from "../routes.ts";
import { byName } from "../state/by-name.ts";
import type { WorkloadState } from "../state/fleet-state.ts";
import { progressOf } from "../state/workload-progress.ts";
import { workloads } from "../store.ts";

const columns = ["Workload", "Kind", "Namespace", "Rollout", "Ready", "Image", "Age"];
const cardHeight = 136;

export function WorkloadsView() {
  const text = useSignal("");
  const wanted = text.value.trim().toLowerCase();
  const all = Array.from(workloads.value.values());
  const shown = all
    .filter(
      ({ key, images }) => wanted === "" || key.includes(wanted) || images.some((image) => image.includes(wanted)),
    )
    .sort((one, other) => Number(one.complete) - Number(other.complete) || byName(one.key, other.key));
  return (
    <Page title="Workloads">
      <div class="tools">
        <Filter label="Filter workloads" value={text.value} onChange={(value) => (text.value = value)} />
      </div>
      {shown.length === 0 ? (
        <Nothing>
          {all.length === 0 ? "Nothing has been rolled out, or nothing that you may see." : "No workload is like that."}
        </Nothing>
      ) : (
        <LongTable
          name="workloads"
          columns={columns}
          items={shown}
          cardHeight={cardHeight}
          row={(workload) => <WorkloadRow key={workload.key} workload={workload} />}
        />
      )}
    </Page>
  );
}

const WorkloadRow = shallow(({ workload }: { readonly workload: WorkloadState }) => {
  const { namespace, resource, name, ready, desired, images, created } = workload;
  return (
    <tr>
      <td class="cell-name">
        <a class="stretched" href={hrefOf({ view: "workload", namespace, resource, name })}>
          {name}
        </a>
      </td>
      <td class="cell-kind">{singular(resource)}</td>
      <td class="cell-namespace" data-label="Namespace">
        {namespace}
      </td>
      <td class="cell-progress">
        <ProgressBar progress={progressOf(workload)} />
      </td>
      <td class="cell-number cell-ready" data-label="Ready">
        {ready} / {desired}
      </td>
      <td class="cell-image">
        <code>{images.map(shortImage).join(", ")}</code>
      </td>
      <td class="cell-number cell-age" data-label="Age">
        <Age atMs={Date.parse(created)} />
      </td>
    </tr>
  );
});

const singulars: Readonly<Record<string, string>> = {
  daemonsets: "DaemonSet",
  deployments: "Deployment",
  statefulsets: "StatefulSet",
  replicasets: "ReplicaSet",
  jobs: "Job",
  cronjobs: "CronJob",
};

export function singular(resource: string): string {
  return singulars[resource] ?? resource;
}

/** Without the registry that it comes from. */
function shortImage(image: string): string {
  return image.split("/").slice(-1).join("/");
}
