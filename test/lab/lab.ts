/** A fleet of boards on one machine: the verbs of `scripts/lab`, for its command line and for tests. */
import { existsSync } from "node:fs";
import { UsageError } from "../../src/lib/errors.ts";
import type { RunCommand } from "../../src/platform/host/run-command.ts";
import { kubectlOf } from "./kubectl.ts";
import { cutPower, dockerOf, hasPower, powerOn, runOn } from "./lab-board.ts";
import { startFleet } from "./lab-fleet.ts";
import { loadImage } from "./lab-images.ts";
import { boardAddress, checkLabName, kubeconfigPath, labDirectory } from "./lab-names.ts";
import {
  boardNamed,
  type LabBoard,
  type LabRecord,
  type LinkShape,
  readLabRecord,
  readLinkRecord,
  writeLabRecord,
  writeLinkRecord,
} from "./lab-record.ts";
import { healLan, layLan, partitionLan, setPort } from "./lan.ts";
import { shapeLink, straightenLink } from "./link-shape.ts";
import { removeLab } from "./remove-lab.ts";

export interface LabRequest {
  readonly name: string;
  readonly boards: number;
  /** The first so many boards vote. */
  readonly voters: number;
  /** Without, boards are engines on a LAN. */
  readonly bramble: boolean;
  /** Options of single boards' `bramble run`, by name. */
  readonly runOptions?: Readonly<Record<string, readonly string[]>>;
  readonly say: (line: string) => void;
}

export interface Lab {
  readonly record: LabRecord;
  readonly kubeconfig: string;
  /** Runs kubectl and returns what it printed; throws `CommandError`. */
  kubectl(args: readonly string[], input?: string): Promise<string>;
  /** Runs commands on a board. */
  on(board: string): RunCommand;
  /** Runs the client of a board's engine, on the machine. */
  docker(board: string, ...args: string[]): Promise<string>;
  load(image: string): Promise<void>;
  kill(board: string): Promise<void>;
  start(board: string): Promise<void>;
  unplug(board: string): Promise<void>;
  plug(board: string): Promise<void>;
  partition(...groups: readonly (readonly string[])[]): Promise<void>;
  heal(): Promise<void>;
  shape(board: string, shape: LinkShape | "off"): Promise<void>;
  down(): Promise<void>;
}

const boardsMax = 200;

/**
 * Starts a lab and waits until all its boards are Ready. Throws `UsageError` for a lab that is up, or was left half
 * made; on any other failure the lab stays, with its logs, until `down`.
 */
export async function upLab({ name, boards, voters, bramble, runOptions = {}, say }: LabRequest): Promise<Lab> {
  checkLabName(name);
  if (process.getuid?.() !== 0) throw new UsageError("A lab needs root for its namespaces: run it with sudo");
  if (!Number.isInteger(boards) || boards < 1 || boards > boardsMax) {
    throw new UsageError(`--boards must be a number from 1 to ${boardsMax}`);
  }
  if (![1, 3, 5].includes(voters) || voters > boards) {
    throw new UsageError("--voters must be 1, 3 or 5, and no more than there are boards");
  }
  if (existsSync(labDirectory(name))) {
    throw new UsageError(`Lab '${name}' is up or was left half made: scripts/lab down --name ${name}`);
  }
  // First of all, so that `down` finds a lab that is interrupted from here on.
  writeLabRecord({ name, subnet: 0, bramble, boards: [] });
  const subnet = await layLan(name);
  const record: LabRecord = {
    name,
    subnet,
    bramble,
    boards: Array.from({ length: boards }, (_, index) => ({
      name: `b${index + 1}`,
      number: index + 1,
      address: boardAddress(subnet, index + 1),
      voter: index < voters,
      runOptions: [...(runOptions[`b${index + 1}`] ?? [])],
    })),
  };
  writeLabRecord(record);
  await Promise.all(record.boards.map((board) => powerOn(record, board)));
  say(`${boards} boards have power`);
  await loadImage(record, "hello");
  if (bramble) await startFleet(record, say);
  return labOf(record);
}

/** A lab that is up. Throws `UsageError` where there is none of this name. */
export function openLab(name: string): Lab {
  checkLabName(name);
  const record = readLabRecord(name);
  if (record === undefined) throw new UsageError(`There is no lab '${name}': scripts/lab up --boards 3 --name ${name}`);
  return labOf(record);
}

function labOf(record: LabRecord): Lab {
  const named = (name: string) => boardNamed(record, name);
  const remember = (board: LabBoard, change: { plugged?: boolean; shape?: LinkShape | undefined }) => {
    const { plugged, shape } = { ...readLinkRecord(record.name, board.name), ...change };
    writeLinkRecord(record.name, board.name, shape === undefined ? { plugged } : { plugged, shape });
  };
  const setLink = async (name: string, plugged: boolean) => {
    const board = named(name);
    remember(board, { plugged });
    if (hasPower(record, board)) await setPort(record, board, plugged ? "up" : "down");
  };
  return {
    record,
    kubeconfig: kubeconfigPath(record.name),
    kubectl: kubectlOf(record.name),
    on: (name) => runOn(record, named(name)),
    docker: (name, ...args) => dockerOf(record, named(name))(...args),
    load: (image) => loadImage(record, image),
    kill: (name) => cutPower(record, named(name)),
    async start(name) {
      const board = named(name);
      if (hasPower(record, board)) throw new UsageError(`Board '${name}' has power already`);
      await powerOn(record, board);
    },
    unplug: (name) => setLink(name, false),
    plug: (name) => setLink(name, true),
    async partition(...groups) {
      if (groups.length < 2)
        throw new UsageError("A partition needs two groups at least: scripts/lab partition b1,b2 b3");
      await partitionLan(
        record,
        groups.map((group) => group.map(named)),
      );
    },
    heal: () => healLan(record),
    async shape(name, shape) {
      const board = named(name);
      remember(board, { shape: shape === "off" ? undefined : shape });
      if (!hasPower(record, board)) return;
      if (shape === "off") await straightenLink(record, board);
      else await shapeLink(record, board, shape);
    },
    down: () => removeLab(record.name),
  };
}
