/** Makes the dashboard's files: named by their content, compressed once and for all, and listed for who serves them. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { brotliCompressSync, gzipSync, constants as zlib } from "node:zlib";
import { build, type Metafile, type Plugin } from "esbuild";

const contentTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Sizes in bytes, compressed with Brotli. */
export interface DashboardSizes {
  /** What a browser fetches before anything is shown. */
  readonly firstLoad: number;
  /** With what is fetched only when it is looked at: charts and the terminal. */
  readonly all: number;
}

/** Writes into `directory`, replacing what is there in one step. */
export async function bundleDashboard(source: string, directory: string): Promise<DashboardSizes> {
  const fresh = `${directory}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  const { metafile } = await build({
    entryPoints: { app: join(source, "main.tsx"), style: join(source, "styles/main.css") },
    outdir: fresh,
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    target: ["chrome123", "firefox120", "safari17.5"],
    jsx: "automatic",
    jsxImportSource: "preact",
    minify: true,
    metafile: true,
    logLevel: "warning",
    plugins: [englishOnly],
  });
  const names = Object.keys(metafile.outputs).map((path) => basename(path));
  const icon = addHashed(fresh, "icon", ".svg", readFileSync(join(source, "icon.svg")));
  const named = (stem: string, extension: string) =>
    names.find((name) => name.startsWith(`${stem}-`) && name.endsWith(extension)) ?? fail(`no ${stem}${extension}`);
  const page = readFileSync(join(source, "index.html"), "utf8")
    .replace("{{icon}}", icon)
    .replace("{{style}}", named("style", ".css"))
    .replace("{{app}}", named("app", ".js"));
  writeFileSync(join(fresh, "index.html"), page);

  const listed = ["index.html", icon, ...names].map((name) => compressed(fresh, name));
  writeFileSync(
    join(fresh, "assets.json"),
    `${JSON.stringify(
      listed.map(({ asset }) => asset),
      undefined,
      1,
    )}\n`,
  );
  rmSync(directory, { recursive: true, force: true });
  renameSync(fresh, directory);

  const sizeOf = new Map(listed.map(({ asset, packedBytes }) => [asset.name, packedBytes]));
  const sum = (some: readonly string[]) => some.reduce((total, name) => total + (sizeOf.get(name) ?? 0), 0);
  const first = ["index.html", icon, named("style", ".css"), ...staticImports(metafile, named("app", ".js"))];
  return { firstLoad: sum(first), all: sum([...sizeOf.keys()]) };
}

/** A script and what it imports, without what it imports only later. */
function staticImports({ outputs }: Metafile, entry: string): readonly string[] {
  const byName = new Map(Object.entries(outputs).map(([path, output]) => [basename(path), output]));
  const found = new Set<string>([entry]);
  for (const name of found) {
    for (const { path, kind } of byName.get(name)?.imports ?? []) {
      if (kind === "import-statement") found.add(basename(path));
    }
  }
  return [...found];
}

function compressed(directory: string, name: string) {
  const path = join(directory, name);
  const bytes = readFileSync(path);
  const packed = brotliCompressSync(bytes, { params: { [zlib.BROTLI_PARAM_QUALITY]: 11 } });
  writeFileSync(`${path}.br`, packed);
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  const asset = {
    name,
    contentType: contentTypes[extname(name)] ?? fail(`no content type for ${name}`),
    hash: createHash("sha256").update(bytes).digest("hex").slice(0, 32),
    isImmutable: name !== "index.html",
  };
  return { asset, packedBytes: packed.length };
}

function addHashed(directory: string, stem: string, extension: string, bytes: Uint8Array): string {
  const name = `${stem}-${createHash("sha256").update(bytes).digest("hex").slice(0, 8).toUpperCase()}${extension}`;
  writeFileSync(join(directory, name), bytes);
  return name;
}

/** zod carries its messages in 50 languages; the dashboard shows none of them. */
const englishOnly: Plugin = {
  name: "english-only",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/locales\/index\.js$/ }, ({ resolveDir, path }) => ({
      path: join(resolveDir, path),
      namespace: "english-only",
      pluginData: join(resolveDir, path, ".."),
    }));
    onLoad({ filter: /.*/, namespace: "english-only" }, ({ pluginData }) => ({
      contents: 'export { default as en } from "./en.js";',
      resolveDir: String(pluginData),
    }));
  },
};

function fail(what: string): never {
  throw new Error(`the dashboard's bundle has ${what}`);
}
