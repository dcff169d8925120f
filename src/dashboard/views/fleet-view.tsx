/** All boards: how they stand, how busy they are, and when each last spoke. */
import { useSignal } from "@preact/signals";
import { Age, Badge, Meter, Spark, StandingBadge } from "../parts/figures.tsx";
import { LongTable } from "../parts/long-table.tsx";
import { Choices, Filter, Nothing, Page } from "../parts/page.tsx";
import { shallow } from "../parts/shallow.tsx";
import { hrefOf } from "../routes.ts";
import { isCurrent, lastWordAtMs, type Standing, standingOf } from "../state/board-standing.ts";
import type { BoardState } from "../state/fleet-state.ts";
import { shareOf } from "../state/metric-history.ts";
import { attention, boardsByName, moment, podsByName, summary } from "../store.ts";

const columns = ["Board", "State", "Processor", "Lately", "Memory", "Disk", "Temp.", "Pods", "Last word"];
const cardHeight = 132;

type Wanted = "all" | "troubled";

export function FleetView() {
  const text = useSignal("");
  const wanted = useSignal<Wanted>("all");
  const at = moment();
  const standings = new Map(boardsByName.value.map((board) => [board.node, standingOf(board, at)]));
  const troubled = Array.from(standings.values()).filter((standing) => standing !== "ready").length;
  const shown = boardsByName.value
    .filter(({ node, status }) => matches(text.value, node, status))
    .filter(({ node }) => wanted.value === "all" || standings.get(node) !== "ready");

  return (
    <Page title="Fleet">
      <Summary standings={standings} />
      <div class="tools">
        <Filter label="Filter boards" value={text.value} onChange={(value) => (text.value = value)} />
        <Choices<Wanted>
          label="Which boards"
          options={[
            { value: "all", words: `All ${standings.size}` },
            { value: "troubled", words: `In trouble ${troubled}` },
          ]}
          value={wanted.value}
          onChange={(value) => (wanted.value = value)}
        />
      </div>
      {shown.length === 0 ? (
        <Nothing>{standings.size === 0 ? "No board has been heard of yet." : "No board is like that."}</Nothing>
      ) : (
        <LongTable
          name="boards"
          columns={columns}
          items={shown}
          cardHeight={cardHeight}
          row={(board) => (
            <BoardRow
              key={board.node}
              board={board}
              standing={standings.get(board.node) ?? "unknown"}
              current={isCurrent(board, at)}
            />
          )}
        />
      )}
    </Page>
  );
}

function matches(text: string, node: string, status: BoardState["status"]): boolean {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return true;
  const labels = Object.entries(status?.labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return [node, status?.model ?? "", status?.address ?? "", ...labels].some((each) =>
    each.toLowerCase().includes(wanted),
  );
}

function Summary({ standings }: { readonly standings: ReadonlyMap<string, Standing> }) {
  const ready = Array.from(standings.values()).filter((standing) => standing === "ready").length;
  const told = summary.value?.said;
  const running = podsByName.value.filter(({ phase }) => phase === "Running").length;
  return (
    <ul class="summary" aria-label="Summary">
      <Figure name="Boards ready" value={`${ready}`} of={`${standings.size}`} isBad={ready < standings.size} />
      <Figure
        name="Pods running"
        value={`${podsByName.value.length === 0 ? (told?.pods.ready ?? 0) : running}`}
        of={`${podsByName.value.length === 0 ? (told?.pods.total ?? 0) : podsByName.value.length}`}
      />
      <Figure
        name="Leader"
        value={told === undefined ? "–" : (told.leader ?? "none")}
        isBad={told !== undefined && told.leader === undefined}
      />
      <Figure name="Voters" value={`${told?.voters.filter(({ role }) => role === "voter").length ?? "–"}`} />
      <Figure name="Attention" value={`${attention.value.size}`} isBad={attention.value.size > 0} />
    </ul>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly of?: string;
  readonly isBad?: boolean;
}

function Figure({ name, value, of, isBad = false }: FigureProps) {
  return (
    <li class={isBad ? "figure is-bad" : "figure"}>
      <span class="figure-name">{name}</span>
      <span class="figure-value">
        {value}
        {of !== undefined && <span class="figure-of"> of {of}</span>}
      </span>
    </li>
  );
}

interface BoardRowProps {
  readonly board: BoardState;
  readonly standing: Standing;
  readonly current: boolean;
}

const BoardRow = shallow(({ board, standing, current }: BoardRowProps) => {
  const { node, status, metrics, history } = board;
  return (
    <tr class={current ? "" : "is-stale"}>
      <td class="cell-name">
        <a class="stretched" href={hrefOf({ view: "board", node })}>
          {node}
        </a>
        {status?.leader === true && <Badge tone="busy">leader</Badge>}
        {status?.voter === true && !status.leader && <Badge tone="quiet">voter</Badge>}
        {status?.cordoned === true && <Badge tone="warning">cordoned</Badge>}
      </td>
      <td class="cell-state">
        <StandingBadge standing={standing} />
      </td>
      <td class="cell-meter" data-label="Processor">
        <Meter what="Processor" share={metrics?.cpuShare} />
      </td>
      <td class="cell-spark">
        <Spark history={history} />
      </td>
      <td class="cell-meter" data-label="Memory">
        <Meter what="Memory" share={metrics && shareOf(metrics.memory)} />
      </td>
      <td class="cell-meter" data-label="Disk">
        <Meter what="Disk" share={metrics && shareOf(metrics.disk)} />
      </td>
      <td class="cell-number cell-temperature" data-label="Temp.">
        <Temperature metrics={metrics} />
      </td>
      <td class="cell-number cell-pods" data-label="Pods">
        {metrics?.pods ?? <span class="nothing">–</span>}
      </td>
      <td class="cell-number cell-age" data-label="Last word">
        <Age atMs={lastWordAtMs(board)} />
      </td>
    </tr>
  );
});

const hotCelsius = 75;

function Temperature({ metrics }: { readonly metrics: BoardState["metrics"] }) {
  const { temperatureCelsius, underVoltage = false, throttled = false } = metrics ?? {};
  const isHot = temperatureCelsius !== undefined && temperatureCelsius >= hotCelsius;
  return (
    <>
      {temperatureCelsius === undefined ? (
        <span class="nothing">–</span>
      ) : (
        <span class={isHot ? "tone-warning is-toned" : ""}>{Math.round(temperatureCelsius)} °C</span>
      )}
      {underVoltage && <Badge tone="bad">low power</Badge>}
      {throttled && <Badge tone="warning">slowed</Badge>}
    </>
  );
}
