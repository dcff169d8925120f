/** Around every view: where one is, how current it all is, and the way out. */
import { Dialogs } from "../parts/actions.tsx";
import { Icon, type IconName } from "../parts/icons.tsx";
import { Mark } from "../parts/mark.tsx";
import { type Theme, theme, themes } from "../parts/theme.ts";
import { hrefOf, type Route } from "../routes.ts";
import { attention, route, type Session, signOut } from "../store.ts";
import { AttentionView } from "./attention-view.tsx";
import { BoardView } from "./board-view.tsx";
import { ConnectionBanner, ConnectionState, RefusedBanner } from "./connection.tsx";
import { FleetView } from "./fleet-view.tsx";
import { MeshView } from "./mesh-view.tsx";
import { PodView } from "./pod-view.tsx";
import { PodsView } from "./pods-view.tsx";
import { StorageView } from "./storage-view.tsx";
import { WorkloadView } from "./workload-view.tsx";
import { WorkloadsView } from "./workloads-view.tsx";

export function Shell({ session }: { readonly session: Session }) {
  return (
    <div class="shell">
      <button type="button" class="skip" onClick={() => document.getElementById("content")?.focus()}>
        Skip to content
      </button>
      <header class="top">
        <a class="brand" href={hrefOf({ view: "fleet" })}>
          <Mark />
          <span>{session.facts.fleet}</span>
        </a>
        <ConnectionState />
        <span class="grow" />
        <span class="user" title={`Signed in as ${session.user}`}>
          {shortUser(session.user)}
        </span>
        <ThemeButton />
        <button type="button" class="button icon-button" onClick={() => signOut()}>
          <Icon name="leave" />
          <span class="wide-only">Sign out</span>
          <span class="narrow-only unseen">Sign out</span>
        </button>
      </header>
      <Navigation />
      <main id="content" class="content" tabIndex={-1}>
        <ConnectionBanner />
        <RefusedBanner />
        <View route={route.value} />
      </main>
      <Dialogs />
    </div>
  );
}

function View({ route: { ...at } }: { readonly route: Route }) {
  switch (at.view) {
    case "fleet":
      return <FleetView />;
    case "board":
      return <BoardView key={at.node} node={at.node} />;
    case "workloads":
      return <WorkloadsView />;
    case "workload":
      return <WorkloadView {...at} />;
    case "pods":
      return <PodsView />;
    case "pod":
      return <PodView key={`${at.namespace}/${at.name}`} {...at} />;
    case "mesh":
      return <MeshView />;
    case "storage":
      return <StorageView />;
    case "attention":
      return <AttentionView />;
  }
}

const places: readonly {
  readonly to: Route;
  readonly icon: IconName;
  readonly words: string;
  readonly also?: string;
}[] = [
  { to: { view: "fleet" }, icon: "fleet", words: "Fleet", also: "board" },
  { to: { view: "workloads" }, icon: "workloads", words: "Workloads", also: "workload" },
  { to: { view: "pods" }, icon: "pods", words: "Pods", also: "pod" },
  { to: { view: "mesh" }, icon: "mesh", words: "Mesh" },
  { to: { view: "storage" }, icon: "storage", words: "Storage" },
  { to: { view: "attention" }, icon: "attention", words: "Attention" },
];

function Navigation() {
  const at = route.value.view;
  const asking = attention.value.size;
  return (
    <nav class="nav" aria-label="Views">
      {places.map(({ to, icon, words, also }) => (
        <a
          key={words}
          class="nav-link"
          href={hrefOf(to)}
          aria-current={at === to.view || at === also ? "page" : undefined}
        >
          <Icon name={icon} />
          <span>{words}</span>
          {to.view === "attention" && asking > 0 && (
            <span class="count">
              {asking}
              <span class="unseen"> open</span>
            </span>
          )}
        </a>
      ))}
    </nav>
  );
}

const themeWords: Readonly<Record<Theme, string>> = {
  system: "Colours as the system has them",
  light: "Light colours",
  dark: "Dark colours",
};

function ThemeButton() {
  const next = themes[(themes.indexOf(theme.value) + 1) % themes.length] ?? "system";
  return (
    <button
      type="button"
      class="button icon-button"
      title={themeWords[theme.value]}
      aria-label={`${themeWords[theme.value]}. Change to: ${themeWords[next]}`}
      onClick={() => {
        theme.value = next;
      }}
    >
      <Icon name={theme.value} />
    </button>
  );
}

/** `system:serviceaccount:kube-system:admin` as `kube-system/admin` */
function shortUser(user: string): string {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):(.+)$/.exec(user) ?? [];
  return namespace === undefined ? user : `${namespace}/${name}`;
}
