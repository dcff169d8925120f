/** Whether what is shown is news, and what to do when it is not. */
import { refusedWords } from "../link/topic-filters.ts";
import { spokenAge } from "../state/spoken.ts";
import { connection, now, reconnectNow, refusedTopics, summary } from "../store.ts";

export function ConnectionState() {
  const { type } = connection.value;
  const words = { connecting: "Connecting", live: "Live", lost: "Not connected", refused: "Signed out" }[type];
  const tone = type === "live" ? "good" : type === "lost" ? "bad" : "quiet";
  return (
    <span class={`connection tone-${tone}`} role="status">
      <span class="dot" aria-hidden="true" />
      {words}
    </span>
  );
}

export function ConnectionBanner() {
  const { value } = connection;
  if (value.type !== "lost") return null;
  const others = otherVoters();
  const waitMs = value.retryAtMs - now.value;
  return (
    <div class="banner tone-bad" role="alert">
      <div>
        <strong>No connection to this voter.</strong> Everything below is as it was{" "}
        <span aria-live="off">{spokenAge(Math.max(now.value - value.sinceMs, 0))}</span> ago: {value.reason}.{" "}
        <span aria-live="off">{waitMs > 0 ? `Trying again in ${Math.ceil(waitMs / 1000)} s.` : "Trying again…"}</span>
        {others.length > 0 && (
          <>
            {" "}
            Or sign in at another voter:{" "}
            {others.map(({ node, url }, index) => (
              <span key={node}>
                {index > 0 && ", "}
                <a href={url}>{node}</a>
              </span>
            ))}
            .
          </>
        )}
      </div>
      <button type="button" class="button" onClick={reconnectNow}>
        Try now
      </button>
    </div>
  );
}

function otherVoters() {
  const port = location.port === "" ? "" : `:${location.port}`;
  const voters = summary.value?.said.voters ?? [];
  return voters
    .filter(({ address }) => address !== "" && address !== location.hostname)
    .map(({ node, address }) => ({
      node,
      url: `https://${address.includes(":") ? `[${address}]` : address}${port}/dashboard/`,
    }));
}

export function RefusedBanner() {
  const words = refusedWords(refusedTopics.value);
  if (words.length === 0) return null;
  return <p class="banner tone-quiet">You may not see {words.join(", ")}: your roles do not let you list them.</p>;
}
