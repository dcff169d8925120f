/** The dashboard, built as a release builds it, in a directory of its own. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleDashboard, type DashboardSizes } from "../../scripts/bundle-dashboard.ts";
import type { DashboardAssets } from "../../src/apiserver/dashboard/dashboard-assets.ts";
import { openDashboardAssets } from "../../src/platform/host/dashboard-assets.ts";

const source = join(import.meta.dirname, "../../src/dashboard");

export interface BuiltDashboard extends AsyncDisposable {
  readonly assets: DashboardAssets;
  readonly sizes: DashboardSizes;
}

export async function buildDashboard(): Promise<BuiltDashboard> {
  const scratch = await mkdtemp(join(tmpdir(), "bramble-dashboard-"));
  const directory = join(scratch, "dashboard");
  const sizes = await bundleDashboard(source, directory);
  const assets = await openDashboardAssets([directory]);
  if (assets === undefined) throw new Error("what was just built is not there");
  return { assets, sizes, [Symbol.asyncDispose]: () => rm(scratch, { recursive: true }) };
}
