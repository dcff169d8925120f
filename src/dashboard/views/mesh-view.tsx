/** Who reaches whom over WireGuard: a square of boards where it fits, each board's links in figures, and one board's in words. */
import { ColumnHeads } from "../parts/column-heads.tsx";
import { Age, Ago, Badge, type Tone } from "../parts/figures.tsx";
import { Nothing, Page } from "../parts/page.tsx";
import { shallow } from "../parts/shallow.tsx";
import { hrefOf } from "../routes.ts";
import type { BoardState } from "../state/fleet-state.ts";
import { spokenBytes } from "../state/spoken.ts";
import { boardsByName, now } from "../store.ts";

/** WireGuard renews its keys every two minutes while anything moves. */
const freshSeconds = 180;
const matrixMax = 24;

type Peer = NonNullable<BoardState["mesh"]>["said"]["peers"][number];

export function MeshView() {
  const boards = boardsByName.value.filter(({ mesh }) => mesh !== undefined);
  return (
    <Page title="Mesh">
      {boards.length === 0 && <Nothing>No board has told whom it reaches.</Nothing>}
      {boards.length > 1 && boards.length <= matrixMax && <Matrix boards={boards} />}
      {boards.length > 0 && <Boards boards={boards} />}
    </Page>
  );
}

function Boards({ boards }: { readonly boards: readonly BoardState[] }) {
  return (
    <table class="rows mesh" aria-label="Links of each board">
      <ColumnHeads columns={["Board", "Links up", "Quiet", "Never heard", "In", "Out", "Measured"]} />
      <tbody>
        {boards.map((board) => (
          <BoardLinks key={board.node} board={board} />
        ))}
      </tbody>
    </table>
  );
}

const BoardLinks = shallow(({ board: { node, mesh } }: { readonly board: BoardState }) => {
  const peers = mesh?.said.peers ?? [];
  const count = (words: string) => peers.filter((peer) => linkOf(peer).words === words).length;
  const never = count("never heard");
  return (
    <tr>
      <td class="cell-name">
        <a class="stretched" href={hrefOf({ view: "board", node })}>
          {node}
        </a>
      </td>
      <td class="cell-number" data-label="Links up">
        {count("up")} / {peers.length}
      </td>
      <td class="cell-number" data-label="Quiet">
        {count("quiet")}
      </td>
      <td class={never > 0 ? "cell-number tone-bad is-toned" : "cell-number"} data-label="Never heard">
        {never}
      </td>
      <td class="cell-number" data-label="In">
        {spokenBytes(peers.reduce((sum, { receivedBytes }) => sum + receivedBytes, 0))}
      </td>
      <td class="cell-number" data-label="Out">
        {spokenBytes(peers.reduce((sum, { sentBytes }) => sum + sentBytes, 0))}
      </td>
      <td class="cell-number cell-age" data-label="Measured">
        <Ago atMs={mesh?.toldMs} />
      </td>
    </tr>
  );
});

export function Peers({ board: { mesh } }: { readonly board: BoardState }) {
  if (mesh === undefined || mesh.said.peers.length === 0) return <Nothing>It has no peers.</Nothing>;
  const passedSeconds = Math.max(now.value - mesh.toldMs, 0) / 1000;
  return (
    <table class="rows peers">
      <ColumnHeads columns={["Peer", "Link", "Heard at", "Last handshake", "In", "Out"]} />
      <tbody>
        {mesh.said.peers.map((peer) => {
          const { tone, words } = linkOf(peer);
          return (
            <tr key={peer.node}>
              <td class="cell-name">{peer.node}</td>
              <td class="cell-state">
                <Badge tone={tone}>{words}</Badge>
              </td>
              <td class="cell-address">{peer.endpoint ?? <span class="nothing">–</span>}</td>
              <td class="cell-number cell-age" data-label="Handshake">
                {peer.handshakeAgeSeconds === undefined ? (
                  <span class="nothing">never</span>
                ) : (
                  <Age atMs={now.value - (peer.handshakeAgeSeconds + passedSeconds) * 1000} />
                )}
              </td>
              <td class="cell-number cell-in" data-label="In">
                {spokenBytes(peer.receivedBytes)}
              </td>
              <td class="cell-number cell-out" data-label="Out">
                {spokenBytes(peer.sentBytes)}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function linkOf({ handshakeAgeSeconds }: Peer): { readonly tone: Tone; readonly words: string } {
  if (handshakeAgeSeconds === undefined) return { tone: "bad", words: "never heard" };
  return handshakeAgeSeconds <= freshSeconds ? { tone: "good", words: "up" } : { tone: "quiet", words: "quiet" };
}

function Matrix({ boards }: { readonly boards: readonly BoardState[] }) {
  const names = boards.map(({ node }) => node);
  return (
    <section class="card matrix-card" aria-label="Who reaches whom">
      <div class="scrolled">
        <table class="matrix">
          <caption class="unseen">Rows: who says it. Columns: whom it reaches.</caption>
          <thead>
            <tr>
              <td />
              {names.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {boards.map(({ node, mesh }) => (
              <tr key={node}>
                <th scope="row">{node}</th>
                {names.map((name) => {
                  const peer = mesh?.said.peers.find((each) => each.node === name);
                  const { tone, words } = peer === undefined ? none(node === name) : linkOf(peer);
                  return (
                    <td key={name} title={`${node} to ${name}: ${words}`}>
                      <span class={`link-mark tone-${tone}`} aria-hidden="true" />
                      <span class="unseen">{words}</span>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function none(isItself: boolean): { readonly tone: Tone | "none"; readonly words: string } {
  return isItself ? { tone: "none", words: "itself" } : { tone: "quiet", words: "not a peer" };
}
