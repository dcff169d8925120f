/** The room map of ARCHITECTURE.md as import rules. `test/architecture` checks that the two say the same. */

/** Which rooms a room may import, itself aside. */
export const rooms = {
  lib: [],
  api: ["lib"],
  raft: ["lib"],
  store: ["lib"],
  replication: ["lib", "raft", "store"],
  client: ["lib", "api"],
  scheduler: ["lib", "api", "client"],
  controllers: ["lib", "api", "client"],
  boards: ["lib", "api", "client"],
  telemetry: ["lib", "api", "client"],
  agent: ["lib", "api", "client"],
  network: ["lib", "api", "client"],
  apiserver: ["lib", "api", "store", "replication"],
  doctor: ["lib"],
  cli: ["lib", "api", "client", "doctor"],
  dashboard: ["lib", "api"],
};

const reasons = {
  lib: "lib knows nothing of Kubernetes, Raft or the machine, so that everything may stand on it",
  api: "kinds are data and rules; who stores or runs them is not their business",
  raft: "consensus is a pure function of messages and ticks, so that it can be simulated and read beside the dissertation",
  store: "the state machine is deterministic: it must not know how its log came to be",
  replication: "replication joins raft, log and store, and is used by the rooms above it, never the other way",
  client: "clients see the public API only",
  scheduler: "the scheduler is a client of the public API, so that it may run on any voter",
  controllers: "controllers are clients of the public API, so that they may run on any voter",
  boards: "slices are made from the public API's objects",
  telemetry: "what the public is told is made of the public API's objects and of what boards say; brokers are ports",
  agent: "a board runs without a voter: it knows its slice and its ports only",
  network: "the network is rendered from Nodes; commands are run by platform",
  apiserver: "the API server stands on the replicated store; controllers and agents are its clients, not its parts",
  doctor: "findings follow from facts alone, so that any board can be written down in a test",
  cli: "the command is a client; what it does to the machine is handed in by daemon",
  dashboard: "the dashboard runs in a browser: it knows the public topics and the public API, and no part of a voter",
};

const tests = "\\.test\\.ts$|/testing/";
const noRoomBut = (room, allowed) => ({
  name: `${room}-imports`,
  severity: "error",
  comment: `${reasons[room]}. Allowed: ${allowed.join(", ") || "nothing"}. Put the port in ${room}, its implementation in platform, and join them in daemon.`,
  from: { path: `^src/${room}/`, pathNot: tests },
  to: { path: "^src/", pathNot: `^src/(${[room, ...allowed].join("|")})/` },
});

/** Third-party packages and Node's built-ins belong to platform and daemon; these rooms may name these few. */
const packages = {
  // Patterns of custom kinds come from strangers: RE2 is linear in time.
  api: "zod|re2js",
  apiserver: "zod|yaml|jose|ws",
  agent: "zod|tar-stream",
  boards: "zod",
  telemetry: "zod",
  cli: "commander|yaml|zod",
  replication: "zod",
  store: "zod",
  network: "zod",
  client: "zod|yaml",
  dashboard: "zod|preact|@preact/signals|uplot|@xterm/xterm|@xterm/addon-fit",
};
const builtins = {
  apiserver: "https|http|zlib|crypto|stream|net|tls|events",
  agent: "fs|fs/promises|path|crypto|net|http|https|stream",
  cli: "process|fs|path",
  replication: "crypto",
  store: "crypto|zlib",
  boards: "crypto",
};
const bare = (names) =>
  names
    .split("|")
    .map((name) => `node_modules/${name}/`)
    .join("|");
const noPackageBut = (room) => ({
  name: `${room}-packages`,
  severity: "error",
  comment: `Third-party packages stay at the rim: ${room} may use ${packages[room] ?? "none"}. Declare a port and implement it in platform.`,
  from: { path: `^src/${room}/`, pathNot: tests },
  to: {
    path: "node_modules/",
    ...(packages[room] ? { pathNot: bare(packages[room]) } : {}),
    dependencyTypesNot: ["type-only"],
  },
});
const noBuiltinBut = (room) => ({
  name: `${room}-builtins`,
  severity: "error",
  comment: `Node's modules stay at the rim: ${room} may use ${builtins[room] ?? "none"}. Declare a port and implement it in platform.`,
  from: { path: `^src/${room}/`, pathNot: tests },
  to: { dependencyTypes: ["core"], ...(builtins[room] ? { pathNot: `^(node:)?(${builtins[room]})$` } : {}) },
});

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    ...Object.entries(rooms).flatMap(([room, allowed]) => [
      noRoomBut(room, allowed),
      noPackageBut(room),
      noBuiltinBut(room),
    ]),
    {
      name: "nobody-imports-daemon",
      severity: "error",
      comment: "daemon joins the rooms; whoever needs a part of it should receive it as an argument.",
      from: { path: "^src/", pathNot: "^src/daemon/" },
      to: { path: "^src/daemon/" },
    },
    {
      name: "nobody-but-daemon-imports-platform",
      severity: "error",
      comment: "Adapters are handed in by daemon. Import the port's type from the room that declares it.",
      from: { path: "^src/", pathNot: `^src/(daemon|platform)/|${tests}` },
      to: { path: "^src/platform/" },
    },
    {
      name: "no-cycles",
      severity: "error",
      comment: "Two files that need each other are one idea, or hide a third one: move what both need into it.",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "source-imports-no-tests",
      severity: "error",
      comment: "What a test needs stays with the tests.",
      from: { path: "^src/", pathNot: tests },
      to: { path: `${tests}|^test/` },
    },
    {
      name: "resolvable",
      severity: "error",
      comment: "This import leads nowhere.",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    parser: "swc",
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    moduleSystems: ["es6"],
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      extensions: [".ts", ".tsx", ".mjs", ".js"],
      conditionNames: ["import", "node", "default"],
    },
  },
};
