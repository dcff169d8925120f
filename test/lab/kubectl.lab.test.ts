/** What people give kubectl and bramble to do, against a fleet of three, through a voter that does not lead. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, it } from "vitest";
import { toolsDirectory } from "./kubectl.ts";
import { type Lab, upLab } from "./lab.ts";
import { brambleProgram } from "./lab-board.ts";
import { kubeconfigOfNobody } from "./lab-kubeconfig.ts";
import { leaderOf } from "./leader.ts";
import { removeLab } from "./remove-lab.ts";
import { playStep } from "./run-transcript.ts";
import { parseTranscript } from "./transcript.ts";

const name = "test-kubectl";
const transcripts = join(import.meta.dirname, "transcripts");
const samples = join(import.meta.dirname, "../../config/samples");
/** In this order: later ones find the pods of earlier ones. */
const sessions = [
  "reading",
  "changing",
  "jobs",
  "workloads",
  "services",
  "streams",
  "boards",
  "draining",
  "access",
  "bramble",
];
/** What `bramble` is at a shell. */
const brambleScript = `#!/bin/sh\nexec ${brambleProgram} "$@"\n`;
const home = mkdtempSync(join(tmpdir(), "kubectl-"));
let lab: Lab;
let env: Record<string, string> = {};

beforeAll(async () => {
  await removeLab(name);
  lab = await upLab({ name, boards: 3, voters: 3, bramble: true, say: () => {} });
  const leader = await leaderOf(lab);
  const follower = lab.record.boards.find((board) => board.name !== leader);
  if (follower === undefined) throw new Error("there are three");
  const kubeconfig = join(home, "kubeconfig");
  const nobody = join(home, "nobody.kubeconfig");
  const administrator = readFileSync(lab.kubeconfig, "utf8");
  writeFileSync(kubeconfig, administrator.replace(/^current-context: .*$/m, `current-context: ${follower.name}`));
  writeFileSync(nobody, kubeconfigOfNobody(lab.record, follower));
  writeFileSync(join(home, "bramble"), brambleScript, { mode: 0o755 });
  const { PATH: path = "" } = process.env;
  env = {
    PATH: `${toolsDirectory}:${home}:${path}`,
    HOME: home,
    TMP: home,
    SAMPLES: samples,
    KUBECONFIG: kubeconfig,
    BARE: nobody,
    BRAMBLE_KUBECONFIG: lab.kubeconfig,
  };
});
afterAll(async () => {
  await removeLab(name);
  rmSync(home, { recursive: true });
});

describe.each(sessions)("at a shell, %s", (session) => {
  const file = join(transcripts, `${session}.txt`);
  for (const step of parseTranscript(readFileSync(file, "utf8"))) {
    it(`${step.line}: ${step.command.split("\n")[0]}`, () => playStep(`${session}.txt`, step, env));
  }
});
