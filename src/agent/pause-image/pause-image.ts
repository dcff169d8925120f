/** The sandbox image, made here so that no registry is needed: one layer with one program. */
import { createHash } from "node:crypto";
import { pack } from "tar-stream";
import type { Runtime } from "../ports.ts";
import { pauseImage } from "./pause-name.ts";
import { type PauseArchitecture, pauseArchitectures, pauseProgram } from "./pause-program.ts";

/** Loads the sandbox image into the engine unless it is there. Throws where `arch` (`arm64`) is none we know. */
export async function ensurePauseImage(runtime: Runtime, arch: string): Promise<void> {
  if ((await runtime.image(pauseImage)) !== undefined) return;
  const architecture = pauseArchitectures.find((known) => known === arch);
  if (architecture === undefined) throw new Error(`no sandbox program for the architecture ${arch}`);
  await runtime.load(await pauseImageArchive(architecture));
}

/** The image as `docker save` would write it; the same bytes every time. */
export async function pauseImageArchive(architecture: PauseArchitecture): Promise<Uint8Array> {
  const layer = await tarOf([{ name: "pause", bytes: pauseProgram(architecture), mode: 0o755 }]);
  const config = json({
    architecture,
    os: "linux",
    created: "1970-01-01T00:00:00Z",
    config: { Entrypoint: ["/pause"], Env: ["PATH=/"] },
    rootfs: { type: "layers", diff_ids: [`sha256:${sha256(layer)}`] },
    history: [{ created: "1970-01-01T00:00:00Z", created_by: "bramble" }],
  });
  const configName = `${sha256(config)}.json`;
  const manifest = json([{ Config: configName, RepoTags: [pauseImage], Layers: ["layer.tar"] }]);
  return tarOf([
    { name: configName, bytes: config, mode: 0o644 },
    { name: "layer.tar", bytes: layer, mode: 0o644 },
    { name: "manifest.json", bytes: manifest, mode: 0o644 },
  ]);
}

interface TarEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly mode: number;
}

async function tarOf(entries: readonly TarEntry[]): Promise<Uint8Array> {
  const tar = pack();
  for (const { name, bytes, mode } of entries) tar.entry({ name, mode, mtime: new Date(0) }, Buffer.from(bytes));
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

function json(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
