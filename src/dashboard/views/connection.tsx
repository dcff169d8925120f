/** Whether what is shown is news, and what to do when it is not. */
import { counted, spokenAge } from "../state/spoken.ts";
import { connection, fleet, now, reconnectNow, refusedTopics, session } from "../store.ts";

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
  const voters = fleet.value.summary?.said.voters ?? [];
  return voters
    .filter(({ address }) => address !== "" && address !== location.hostname)
    .map(({ node, address }) => ({
      node,
      url: `https://${address.includes(":") ? `[${address}]` : address}${port}/dashboard/`,
    }));
}

export function RefusedBanner() {
  const { length } = refusedTopics.value;
  if (length === 0) return null;
  return (
    <div class="banner tone-quiet">
      <div>
        {session.value?.user} may not see everything here: {counted(length, "kind")} of news{" "}
        {length === 1 ? "is" : "are"} left out. An administrator can grant more with a role.
      </div>
    </div>
  );
}
