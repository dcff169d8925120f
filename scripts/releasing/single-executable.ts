/** Makes the one file that is `bramble`: Node, the program, LevelDB's native part and the dashboard. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { bundleWhole } from "../bundle.ts";
import { type Architecture, runnerOf } from "./architectures.ts";
import { nodeRuntime } from "./node-runtime.ts";
import { noticesOf } from "./notices.ts";
import { runTool } from "./run-tool.ts";

const root = join(import.meta.dirname, "../..");
/** docs/decisions/0002-node.md; V8's code must be made under the flags that it is run with. */
const nodeFlags = ["--max-semi-space-size=2", "--optimize-for-size"];
/** What Node looks for in itself; the last digit is what says that something was put in. */
const fuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

/** Writes `outfile` and returns the licences of what is in it. `scratch` is a directory for what comes in between; its files are made anew. */
export async function makeSingleExecutable(
  architecture: Architecture,
  scratch: string,
  outfile: string,
): Promise<string> {
  const { levelPrebuild, strip, name } = architecture;
  const runtime = await nodeRuntime(architecture);
  mkdirSync(scratch, { recursive: true });
  const path = (file: string) => join(scratch, `${name}-${file}`);

  const [node, first, program, cache, blob] = [
    path("node"),
    path("first.cjs"),
    path("bramble.cjs"),
    path("cache"),
    path("blob"),
  ];
  await runTool([strip, "-o", node, runtime.program]);
  chmodSync(node, 0o755);
  writeFileSync(first, (await bundleWhole(join(root, "src/daemon/single-executable.ts"))).text);
  const { text, inputs } = await bundleWhole(join(root, "src/daemon/main.ts"));
  // One function, called with what a module's own text may name.
  writeFileSync(program, `(function (require, exports, module, __filename, __dirname) {${text}\n})`, "latin1");

  const target = [...runnerOf(architecture), node, ...nodeFlags];
  const codeMaker = join(import.meta.dirname, "make-code-cache.ts");
  // The seed of V8's hashes shows in the code, and is no part of what V8 compares it by: the same program, the same code.
  await runTool([...target, "--random-seed=1", codeMaker, program, cache, "bramble.cjs"]);
  writeFileSync(
    path("sea.json"),
    JSON.stringify({
      // By name alone: the path goes into the blob, and the directory is another one each time.
      main: basename(first),
      output: blob,
      disableExperimentalSEAWarning: true,
      execArgv: nodeFlags,
      // What NODE_OPTIONS says is added: a dialler is run in less memory.
      execArgvExtension: "env",
      assets: {
        "bramble.cjs": program,
        "bramble.cache": cache,
        "classic-level.node": join(root, "node_modules/classic-level/prebuilds", levelPrebuild),
        ...dashboardAssets(),
      },
    }),
  );
  await runTool([...target, "--experimental-sea-config", path("sea.json")], { cwd: scratch });
  await runTool([
    process.execPath,
    join(root, "node_modules/postject/dist/cli.js"),
    ...[node, "NODE_SEA_BLOB", blob, "--sentinel-fuse", fuse],
  ]);
  copyFileSync(node, `${outfile}.new`);
  chmodSync(`${outfile}.new`, 0o755);
  // In one step: somebody may be running the old one.
  renameSync(`${outfile}.new`, outfile);
  return noticesOf(inputs, readFileSync(runtime.licence, "utf8"));
}

/** By their names in the executable, `dashboard/index.html`; none where the dashboard was not built. */
function dashboardAssets(): Record<string, string> {
  const directory = join(root, "dist/dashboard");
  if (!existsSync(directory)) return {};
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name)).sort();
  return Object.fromEntries(paths.map((path) => [`dashboard/${path.slice(directory.length + 1)}`, path]));
}
