/** Claims on storage and the boards whose disks hold them, and how full those disks are. */
import { ColumnHeads } from "../parts/column-heads.tsx";
import { Age, Badge, Meter, type Tone } from "../parts/figures.tsx";
import { Nothing, Page } from "../parts/page.tsx";
import { hrefOf } from "../routes.ts";
import { isCurrent } from "../state/board-standing.ts";
import { sorted } from "../state/by-name.ts";
import type { BoardState, ClaimState } from "../state/fleet-state.ts";
import { shareOf } from "../state/metric-history.ts";
import { counted, spokenBytes } from "../state/spoken.ts";
import { boards, claims, moment } from "../store.ts";

const phaseTones: Readonly<Record<ClaimState["phase"], Tone>> = { Bound: "good", Pending: "busy", Lost: "bad" };

export function StorageView() {
  const all = sorted(claims.value.values(), ({ key }) => key);
  const measured = Array.from(boards.value.values())
    .filter(({ metrics }) => metrics !== undefined)
    .sort((one, other) => fullness(other) - fullness(one));
  return (
    <Page title="Storage">
      <section class="card" aria-labelledby="claims">
        <h2 id="claims">{counted(all.length, "claim")}</h2>
        {all.length === 0 ? (
          <Nothing>Nothing claims storage, or nothing that you may see.</Nothing>
        ) : (
          <Claims claims={all} />
        )}
      </section>
      <section class="card" aria-labelledby="disks">
        <h2 id="disks">Disks, the fullest first</h2>
        {measured.length === 0 ? (
          <Nothing>No board has told how full its disk is.</Nothing>
        ) : (
          <Disks boards={measured} />
        )}
      </section>
    </Page>
  );
}

function Claims({ claims }: { readonly claims: readonly ClaimState[] }) {
  return (
    <table class="rows claims" aria-labelledby="claims">
      <ColumnHeads columns={["Claim", "Namespace", "State", "Size", "Board", "Class", "Volume", "Age"]} />
      <tbody>
        {claims.map(({ key, name, namespace, phase, capacityBytes, node, storageClass, volume, created }) => (
          <tr key={key}>
            <td class="cell-name">{name}</td>
            <td class="cell-namespace">{namespace}</td>
            <td class="cell-state">
              <Badge tone={phaseTones[phase]}>{phase}</Badge>
            </td>
            <td class="cell-number cell-ready" data-label="Size">
              {capacityBytes === undefined ? <span class="nothing">–</span> : spokenBytes(capacityBytes)}
            </td>
            <td class="cell-board" data-label="Board">
              {node === undefined ? (
                <span class="nothing">–</span>
              ) : (
                <a href={hrefOf({ view: "board", node })}>{node}</a>
              )}
            </td>
            <td class="cell-kind">{storageClass}</td>
            <td class="cell-address">{volume}</td>
            <td class="cell-number cell-age" data-label="Age">
              <Age atMs={Date.parse(created)} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Disks({ boards }: { readonly boards: readonly BoardState[] }) {
  const at = moment();
  return (
    <ul class="disks">
      {boards.map((board) => (
        <li key={board.node} class={isCurrent(board, at) ? "disk" : "disk is-stale"}>
          <a href={hrefOf({ view: "board", node: board.node })}>{board.node}</a>
          <Meter what={`Disk of ${board.node}`} share={board.metrics && shareOf(board.metrics.disk)} />
          <span class="quiet">
            {board.metrics && `${spokenBytes(board.metrics.disk.totalBytes - board.metrics.disk.usedBytes)} free`}
          </span>
        </li>
      ))}
    </ul>
  );
}

function fullness({ metrics }: BoardState): number {
  return metrics === undefined ? 0 : shareOf(metrics.disk);
}
