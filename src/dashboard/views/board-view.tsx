/** One board: what it is, how it did since the page was opened, what runs on it, and how it reaches the others. */
import { ActionButton } from "../parts/actions.tsx";
import { BoardCharts } from "../parts/board-charts.tsx";
import { Ago, Badge, StandingBadge } from "../parts/figures.tsx";
import { Facts, Nothing, Page } from "../parts/page.tsx";
import { isCurrent, lastWordAtMs, standingOf } from "../state/board-standing.ts";
import type { BoardState } from "../state/fleet-state.ts";
import { counted, spokenAge, spokenBytes } from "../state/spoken.ts";
import { boards, moment, podsByName, session } from "../store.ts";
import { Peers } from "./mesh-view.tsx";
import { PodTable } from "./pods-view.tsx";

export function BoardView({ node }: { readonly node: string }) {
  const board = boards.value.get(node);
  const back = { to: { view: "fleet" }, label: "Fleet" } as const;
  if (board === undefined) {
    return (
      <Page title={node} back={back}>
        <Nothing>This board is not known, or no longer.</Nothing>
      </Page>
    );
  }
  const at = moment();
  const { status, metrics } = board;
  const own = podsByName.value.filter((pod) => pod.node === node);
  return (
    <Page title={node} back={back} aside={<Cordon node={node} isCordoned={status?.cordoned === true} />}>
      <p class="badges">
        <StandingBadge standing={standingOf(board, at)} />
        {status?.leader === true && <Badge tone="busy">leader</Badge>}
        {status?.voter === true && <Badge tone="quiet">voter</Badge>}
        {status?.cordoned === true && <Badge tone="warning">cordoned</Badge>}
        {metrics?.underVoltage === true && <Badge tone="bad">low power</Badge>}
        {metrics?.throttled === true && <Badge tone="warning">slowed</Badge>}
        <span class="quiet">
          Last word: <Ago atMs={lastWordAtMs(board)} />
        </span>
      </p>
      {status?.reason !== undefined && <p class="notice tone-warning">{status.reason}</p>}
      <div class={isCurrent(board, at) ? "" : "is-stale"}>
        <section class="card" aria-labelledby="figures">
          <h2 id="figures">Since this page was opened</h2>
          <BoardCharts history={board.history} />
        </section>
        <section class="card" aria-labelledby="board-facts">
          <h2 id="board-facts">The board</h2>
          <BoardFacts board={board} />
        </section>
      </div>
      <section class="card" aria-labelledby="board-pods">
        <h2 id="board-pods">{counted(own.length, "pod")}</h2>
        <PodTable pods={own} label={`Pods on ${node}`} />
      </section>
      {board.mesh !== undefined && (
        <section class="card" aria-labelledby="board-mesh">
          <h2 id="board-mesh">Reaches</h2>
          <Peers board={board} />
        </section>
      )}
    </Page>
  );
}

function BoardFacts({ board: { status, metrics } }: { readonly board: BoardState }) {
  const labels = Object.entries(status?.labels ?? {});
  return (
    <>
      <Facts
        facts={[
          ["Model", status?.model],
          ["Address", status?.address],
          ["Up for", metrics && spokenAge(metrics.uptimeSeconds * 1000)],
          ["Load (1 min)", metrics?.load1.toFixed(2)],
          ["Processors", status?.cpus],
          [
            "Memory",
            metrics && `${spokenBytes(metrics.memory.usedBytes)} of ${spokenBytes(metrics.memory.totalBytes)}`,
          ],
          ["Disk", metrics && `${spokenBytes(metrics.disk.usedBytes)} of ${spokenBytes(metrics.disk.totalBytes)}`],
          [
            "Link",
            metrics && `${spokenBytes(metrics.link.receivedBytes)} in, ${spokenBytes(metrics.link.sentBytes)} out`,
          ],
          ["System", status && `${status.os}, ${status.kernel}, ${status.arch}`],
          ["Engine", status?.engine],
          ["Bramble", status?.version],
        ]}
      />
      {labels.length > 0 && (
        <ul class="labels" aria-label="Labels">
          {labels.map(([key, value]) => (
            <li key={key}>
              <code>{value === "" ? key : `${key}=${value}`}</code>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Cordon({ node, isCordoned }: { readonly node: string; readonly isCordoned: boolean }) {
  return (
    <ActionButton
      key={String(isCordoned)}
      label={isCordoned ? "Uncordon" : "Cordon"}
      action={{ verb: "patch", group: "", resource: "nodes", name: node }}
      run={async () => session.value?.api.setCordoned(node, !isCordoned)}
      done={isCordoned ? `New pods may come to ${node} again.` : `New pods stay away from ${node}.`}
      {...(!isCordoned && {
        confirm: { title: `Cordon ${node}?`, text: "Its pods run on; new pods stay away until you uncordon it." },
      })}
    />
  );
}
