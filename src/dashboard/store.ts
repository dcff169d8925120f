/** What the page shows, as signals that views read; and signing in and out, which starts and ends it all. */
import { computed, signal } from "@preact/signals";
import type { FleetFacts } from "./link/fleet-facts.ts";
import { KubeApi } from "./link/kube-api.ts";
import { type Connection, LiveFeed } from "./link/live-feed.ts";
import { type Route, routeOf } from "./routes.ts";
import { applyMessages } from "./state/apply-messages.ts";
import type { Moment } from "./state/board-standing.ts";
import { sorted } from "./state/by-name.ts";
import { emptyFleet, type FleetState } from "./state/fleet-state.ts";
import { keepTold } from "./state/keep-told.ts";

export interface Session {
  readonly user: string;
  readonly api: KubeApi;
  readonly facts: FleetFacts;
}

export const session = signal<Session | undefined>(undefined);
const fleet = signal<FleetState>(emptyFleet);
/** Each part by itself, so that a view is drawn anew only for news of what it shows. */
export const summary = computed(() => fleet.value.summary);
export const boards = computed(() => fleet.value.boards);
export const pods = computed(() => fleet.value.pods);
export const workloads = computed(() => fleet.value.workloads);
export const claims = computed(() => fleet.value.claims);
export const attention = computed(() => fleet.value.attention);
export const news = computed(() => fleet.value.news);
/** Sorted once, however often they are looked through. */
export const boardsByName = computed(() => sorted(boards.value.values(), ({ node }) => node));
export const podsByName = computed(() =>
  Array.from(pods.value.values()).sort((one, other) => (one.key < other.key ? -1 : 1)),
);

export const connection = signal<Connection>({ type: "connecting" });
/** What this user may not see, as topic filters. */
export const refusedTopics = signal<readonly string[]>([]);
/** Milliseconds of the page's clock, a new value each second. */
export const now = signal(Date.now());
export const route = signal<Route>(routeOf(location.hash));
/** Why the page asks to sign in again. */
export const signInReason = signal<string | undefined>(undefined);

const keptToken = "bramble.token";
let feed: LiveFeed | undefined;

window.setInterval(() => {
  now.value = Date.now();
}, 1000);
window.addEventListener("hashchange", () => {
  route.value = routeOf(location.hash);
});

/** What judging how current something is needs to know. */
export function moment(): Moment {
  const { value } = connection;
  return { nowMs: now.value, ...(value.type === "live" && { connectedSinceMs: value.sinceMs }) };
}

/** The token that was to be kept for this tab. */
export function tokenOfTab(): string | undefined {
  return sessionStorage.getItem(keptToken) ?? undefined;
}

/** Throws `RefusedError` for a wrong token, and `TypeError` where the voter cannot be reached. */
export async function signIn(token: string, facts: FleetFacts, isKept: boolean): Promise<void> {
  const api = new KubeApi(token);
  const user = await api.whoAmI();
  if (isKept) sessionStorage.setItem(keptToken, token);
  else sessionStorage.removeItem(keptToken);
  signInReason.value = undefined;
  fleet.value = emptyFleet;
  feed = new LiveFeed({
    url: `${location.origin.replace(/^http/, "ws")}/mqtt`,
    fleet: facts.fleet,
    token,
    namespaces: () => api.namespaces().catch(() => ownNamespace(user)),
    onConnection: (changed) => {
      now.value = Date.now();
      connection.value = changed;
      if (changed.type === "refused") signOut("Your token has expired or was withdrawn. Sign in with a new one.");
    },
    onMessages: (messages) => {
      fleet.value = applyMessages(fleet.value, facts.fleet, messages, Date.now());
    },
    onWhole: (topics) => {
      fleet.value = keepTold(fleet.value, facts.fleet, topics);
    },
    onRefused: (filters) => {
      refusedTopics.value = filters;
    },
  });
  session.value = { user, api, facts };
}

export function signOut(reason?: string): void {
  feed?.close();
  feed = undefined;
  sessionStorage.removeItem(keptToken);
  session.value = undefined;
  fleet.value = emptyFleet;
  connection.value = { type: "connecting" };
  refusedTopics.value = [];
  signInReason.value = reason;
}

export function reconnectNow(): void {
  feed?.retry();
}

/** A ServiceAccount that may list no namespaces may at least look into its own. */
function ownNamespace(user: string): readonly string[] {
  const [, namespace] = /^system:serviceaccount:([^:]+):/.exec(user) ?? [];
  return namespace === undefined ? [] : [namespace];
}
