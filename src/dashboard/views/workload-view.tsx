/** One workload: its rollout board by board, its pods, and what may be done to it. */
import { useSignal } from "@preact/signals";
import { ActionButton, useMay } from "../parts/actions.tsx";
import { Age } from "../parts/figures.tsx";
import { Facts, Nothing, Page } from "../parts/page.tsx";
import { BoardSteps, ProgressBar } from "../parts/progress.tsx";
import type { WorkloadState } from "../state/fleet-state.ts";
import { counted } from "../state/spoken.ts";
import { boardSteps, podsOf, progressOf } from "../state/workload-progress.ts";
import { podsByName, session, workloads } from "../store.ts";
import { PodTable } from "./pods-view.tsx";
import { singular } from "./workloads-view.tsx";

export interface WorkloadViewProps {
  readonly namespace: string;
  readonly resource: string;
  readonly name: string;
}

export function WorkloadView({ namespace, resource, name }: WorkloadViewProps) {
  const workload = workloads.value.get(`${namespace}/${resource}/${name}`);
  const back = { to: { view: "workloads" }, label: "Workloads" } as const;
  if (workload === undefined) {
    return (
      <Page title={name} back={back}>
        <Nothing>This workload is not there, or no longer.</Nothing>
      </Page>
    );
  }
  const steps = boardSteps(workload);
  const own = podsOf(podsByName.value, workload);
  const progress = progressOf(workload);
  return (
    <Page title={name} back={back} aside={<Actions workload={workload} />}>
      <section class="card" aria-labelledby="rollout">
        <h2 id="rollout">Rollout</h2>
        <div class="rollout">
          <ProgressBar progress={progress} />
          <span class="unseen" role="status">
            {progress.words}
          </span>
        </div>
        {steps.length > 0 && <BoardSteps steps={steps} />}
        <Facts
          facts={[
            ["Kind", singular(resource)],
            ["Namespace", namespace],
            ["Wanted", workload.desired],
            ["Updated", workload.updated],
            ["Ready", workload.ready],
            ["Available", workload.available],
            ["Age", <Age key="age" atMs={Date.parse(workload.created)} />],
            ["Images", <code key="images">{workload.images.join(", ")}</code>],
          ]}
        />
      </section>
      <section class="card" aria-labelledby="workload-pods">
        <h2 id="workload-pods">{counted(own.length, "pod")}</h2>
        <PodTable pods={own} label={`Pods of ${name}`} />
      </section>
    </Page>
  );
}

const scalable = new Set(["deployments", "statefulsets", "replicasets"]);
const restartable = new Set(["deployments", "statefulsets", "daemonsets"]);

function Actions({ workload }: { readonly workload: WorkloadState }) {
  const { namespace, resource, name } = workload;
  const place = { group: "apps", resource, namespace, name };
  return (
    <div class="actions">
      {scalable.has(resource) && <Scale workload={workload} />}
      {restartable.has(resource) && (
        <ActionButton
          label="Restart"
          action={{ verb: "patch", ...place }}
          run={async () => session.value?.api.restart(workload)}
          done={`${name} is being rolled out anew.`}
          confirm={{ title: `Restart ${name}?`, text: "Its pods are replaced, as its rollout is set to do." }}
        />
      )}
    </div>
  );
}

const replicasMax = 10_000;

function Scale({ workload }: { readonly workload: WorkloadState }) {
  const { namespace, resource, name, desired } = workload;
  const wanted = useSignal<number | undefined>(undefined);
  const action = { verb: "patch", group: "apps", resource, subresource: "scale", namespace, name };
  const isAllowed = useMay(action);
  const count = wanted.value ?? desired;
  return (
    <span class="scale">
      <label class="labelled inline">
        <span>Replicas</span>
        <input
          class="field number"
          type="number"
          min={0}
          max={replicasMax}
          value={count}
          disabled={isAllowed !== true}
          onInput={({ currentTarget }) => {
            const value = currentTarget.valueAsNumber;
            wanted.value = Number.isInteger(value) && value >= 0 && value <= replicasMax ? value : undefined;
          }}
        />
      </label>
      <ActionButton
        label="Scale"
        action={action}
        run={async () => {
          await session.value?.api.scale(workload, count);
          wanted.value = undefined;
        }}
        done={`${name} shall have ${counted(count, "pod")}.`}
      />
    </span>
  );
}
