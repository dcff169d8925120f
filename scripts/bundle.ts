/** Makes one file of a program: it loads faster and keeps less in memory than a tree of modules. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type BuildOptions, build, type Plugin } from "esbuild";

const root = join(import.meta.dirname, "..");

const shared = {
  bundle: true,
  platform: "node",
  target: "node24",
  minifyWhitespace: true,
  minifySyntax: true,
  // Where the program fails, Node shows the line: it must not be megabytes long.
  lineLimit: 160,
  charset: "ascii",
  logLevel: "warning",
} satisfies BuildOptions;

/** For Node, in a checkout: LevelDB's native part is found beside its own package. */
export async function bundle(entryPoint: string, outfile: string): Promise<void> {
  const { outputFiles } = await build({
    ...shared,
    entryPoints: [entryPoint],
    write: false,
    format: "esm",
    external: ["classic-level"],
    plugins: [leanDockerode],
    banner: {
      js: `#!/usr/bin/env node
import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);`,
    },
  });
  mkdirSync(dirname(outfile), { recursive: true });
  writeFileSync(outfile, inAscii(outputFiles[0]?.text ?? ""));
}

/** V8 keeps a source that has one letter beyond Latin-1 in twice the memory. Strings are in ASCII already, patterns not. */
function inAscii(source: string): string {
  return source.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

export interface WholeBundle {
  readonly text: string;
  /** The files it is made of, relative to the repository. */
  readonly inputs: readonly string[];
}

/** For the single executable: nothing outside of it but Node's own modules. */
export async function bundleWhole(entryPoint: string): Promise<WholeBundle> {
  const { outputFiles, metafile } = await build({
    ...shared,
    entryPoints: [entryPoint],
    absWorkingDir: root,
    write: false,
    metafile: true,
    format: "cjs",
    // Node's own modules are there at once, and `import()` has no loader in an executable.
    supported: { "dynamic-import": false },
    plugins: [leanDockerode, carriedLevel],
  });
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.keys(output.inputs));
  return { text: inAscii(outputFiles[0]?.text ?? ""), inputs };
}

/** What only dockerode's image builder and its SSH transport use, neither of which is used here. */
const unused = /^(@grpc\/grpc-js|@grpc\/proto-loader|protobufjs|ssh2|cpu-features)$/;

const leanDockerode: Plugin = {
  name: "lean dockerode",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/load-dockerode\.ts$/ }, () => ({
      path: join(root, "src/platform/docker/load-dockerode.bundled.ts"),
    }));
    onResolve({ filter: unused }, ({ path }) => ({ path, namespace: "unused" }));
    onLoad({ filter: /./, namespace: "unused" }, () => ({ contents: "module.exports = {}" }));
  },
};

/** `classic-level` looks for its native part in its own directory; the executable's is handed to it. */
const carriedLevel: Plugin = {
  name: "carried LevelDB",
  setup({ onLoad }) {
    const nativePart = JSON.stringify(join(root, "src/platform/level/native-part.ts"));
    onLoad({ filter: /\/classic-level\/binding\.js$/ }, () => ({
      contents: `module.exports = require(${nativePart}).nativePart;`,
      resolveDir: root,
    }));
  },
};
