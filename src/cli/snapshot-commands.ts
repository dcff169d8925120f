/** `bramble snapshot`: the fleet's state as a file, what a file holds, and a new fleet from one. */
import type {
  AdministratorFiles,
  CliActions,
  CliSurroundings,
  RestoreOptions,
  SnapshotSummary,
} from "./cli-actions.ts";
import { type OutputFormat, textTable } from "./output.ts";

type SnapshotActions = Pick<CliActions, "saveSnapshot" | "inspectSnapshot" | "restoreSnapshot">;

export async function saveSnapshot(
  actions: SnapshotActions,
  files: AdministratorFiles,
  path: string,
  output: OutputFormat,
  io: CliSurroundings,
): Promise<void> {
  const summary = await actions.saveSnapshot(files, path, (bytes, of) => {
    io.err(`${path}: ${megabytes(bytes)} of ${megabytes(of)} MB\n`);
  });
  if (output === "json") io.out(`${JSON.stringify(summary, undefined, 2)}\n`);
  else
    io.out(
      `${path} holds the fleet ${summary.fleet} at revision ${summary.revision}, its Secrets and its CA's key too, encrypted.\n` +
        `The keys to them are in ${path}.keys, without which it cannot be restored: keep both safe, and apart.\n`,
    );
}

export async function inspectSnapshot(
  actions: SnapshotActions,
  path: string,
  output: OutputFormat,
  io: CliSurroundings,
): Promise<void> {
  const summary = await actions.inspectSnapshot(path);
  io.out(output === "json" ? `${JSON.stringify(summary, undefined, 2)}\n` : summaryText(summary));
}

/** `runLine` starts the restored fleet. */
export async function restoreSnapshot(
  actions: SnapshotActions,
  options: RestoreOptions,
  { output, runLine }: { readonly output: OutputFormat; readonly runLine: string },
  io: CliSurroundings,
): Promise<void> {
  const restored = await actions.restoreSnapshot(options, (line) => io.err(`${line}\n`));
  if (output === "json") {
    io.out(`${JSON.stringify(restored, undefined, 2)}\n`);
    return;
  }
  io.out(
    `The fleet ${restored.fleet} is restored from revision ${restored.snapshotRevision}; ${restored.node} at ${restored.address} is its only voter.\n` +
      `Its administrator's kubeconfig is ${restored.kubeconfig}.\nStart it with:\n\n    ${runLine}\n`,
  );
}

function summaryText({ objects, ...summary }: SnapshotSummary): string {
  const facts = Object.entries(summary).map(([name, value]) => [name, String(value)]);
  const kinds = Object.entries(objects).map(([kind, count]) => [`  ${kind}`, String(count)]);
  return textTable([...facts, ["objects", ""], ...kinds]);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
