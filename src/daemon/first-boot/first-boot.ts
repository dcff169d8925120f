/** A board that starts from a flashed card for the first time: reads `bramble.yaml`, sets the system up, joins the fleet. */
import { access, chmod, mkdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ApiError } from "../../api/api-error.ts";
import type { FirstBootOptions, JoinOptions, NewBoard } from "../../cli/cli-actions.ts";
import { backoffMs } from "../../lib/backoff.ts";
import { messageOf, UsageError } from "../../lib/errors.ts";
import type { Random } from "../../lib/random.ts";
import { writeDurably } from "../../platform/host/fleet-directory.ts";
import type { RunCommand } from "../../platform/host/run-command.ts";
import { type BootFile, readBootFile, withoutSecrets } from "./boot-file.ts";
import { hostNameOf, type SystemFile, systemFiles } from "./system-files.ts";

const bootFileName = "bramble.yaml";
const errorFileName = "bramble-error.txt";
const retries = { delayMsMin: 2_000, delayMsMax: 60_000 };
/** What no repetition mends: a token that is unknown, one for another role, a name that is taken. */
const finalCodes = new Set([401, 403, 409]);

export interface FirstBootBoard {
  /** `/`; the tests' systems lie elsewhere. */
  readonly systemRoot: string;
  readonly run: RunCommand;
  join(options: JoinOptions): Promise<NewBoard>;
  readonly random: Random;
  pause(delayMs: number): Promise<void>;
  readonly ports: JoinOptions["ports"];
}

/**
 * Resolves once the board is part of its fleet and the secrets are off the boot partition. A fleet that does not answer
 * is asked again for as long as it takes. Throws `UsageError`, having written the same to `bramble-error.txt`, for what
 * a person must mend.
 */
export async function firstBoot(
  { bootDir, dataDir }: FirstBootOptions,
  board: FirstBootBoard,
  say: (line: string) => void,
): Promise<void> {
  const path = join(bootDir, bootFileName);
  const complaint = new Complaint(join(bootDir, errorFileName), say);
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return undefined;
    throw new UsageError(`${path} cannot be read (${messageOf(cause)}): put the card's boot partition in order`, {
      cause,
    });
  });
  // Power may have gone between joining and this: then only the rest is left to do.
  const isMember = await access(join(dataDir, "identity.json")).then(
    () => true,
    () => false,
  );
  if (!isMember) {
    if (text === undefined) {
      throw await complaint.final(
        `there is no ${bootFileName} on the boot partition: copy bramble.example.yaml and fill it in`,
      );
    }
    await setUpAndJoin(text, dataDir, board, complaint, say);
  }
  if (text !== undefined) await writeDurably(path, withoutSecrets(text));
  await complaint.withdraw();
}

async function setUpAndJoin(
  text: string,
  dataDir: string,
  board: FirstBootBoard,
  complaint: Complaint,
  say: (line: string) => void,
): Promise<void> {
  const read = readBootFile(text);
  if (read.kind === "mistaken") {
    throw await complaint.final(`${bootFileName} has mistakes, mend them and start again:`, read.mistakes);
  }
  const { file } = read;
  const machineId = await readFile(join(board.systemRoot, "etc/machine-id"), "utf8");
  const hostName = hostNameOf(file, machineId);
  await setUp(file, hostName, board);
  say(`this board is ${hostName}; it joins the fleet at ${file.fleet.address}`);
  const { address: server, token, voter } = file.fleet;
  const options = { server, token, voter, dataDir, name: hostName, labels: file.labels, ports: board.ports };
  const joined = await joinWhenPossible(options, board, complaint);
  say(`${joined.node} at ${joined.address} has joined the fleet ${joined.fleet}`);
}

async function setUp(file: BootFile, hostName: string, { systemRoot, run }: FirstBootBoard): Promise<void> {
  for (const each of systemFiles(file, hostName)) await writeSystemFile(systemRoot, each);
  await run(["hostname", hostName]);
  if (file.network !== undefined) {
    await run(["networkctl", "reload"]);
    // The cable's link keeps its former addresses otherwise.
    await run(["systemctl", "restart", "systemd-networkd.service"]);
  }
  // Not waited for: the board is still starting, and the unit may have its turn only after this one.
  if (file.wifi !== undefined) {
    await run(["systemctl", "enable", "--now", "--no-block", "wpa_supplicant@wlan0.service"]);
  }
}

async function joinWhenPossible(options: JoinOptions, board: FirstBootBoard, complaint: Complaint): Promise<NewBoard> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await board.join(options);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      if (error.cause instanceof ApiError && finalCodes.has(error.cause.code))
        throw await complaint.final(error.message);
      await complaint.say(`has not joined yet, and tries again: ${error.message}`);
      await board.pause(backoffMs(retries, attempt, board.random));
    }
  }
}

/** What keeps the board from joining, for people who have no more than its card. */
class Complaint {
  readonly #path: string;
  readonly #sayLine: (line: string) => void;
  #last = "";

  constructor(path: string, sayLine: (line: string) => void) {
    this.#path = path;
    this.#sayLine = sayLine;
  }

  /** Written when it is new: a board without a network would otherwise write to its card without end. */
  async say(message: string, details: readonly string[] = []): Promise<void> {
    const text = [message, ...details.map((detail) => `  - ${detail}`), ""].join("\n");
    if (text === this.#last) return;
    this.#last = text;
    this.#sayLine(text.trimEnd());
    await writeDurably(this.#path, text);
  }

  async final(message: string, details: readonly string[] = []): Promise<UsageError> {
    await this.say(message, details);
    return new UsageError(`the first boot did not end well: see ${this.#path}`);
  }

  async withdraw(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}

async function writeSystemFile(systemRoot: string, { path, text, mode }: SystemFile): Promise<void> {
  const target = join(systemRoot, path);
  await mkdir(dirname(target), { recursive: true, mode: path.startsWith("/root/") ? 0o700 : 0o755 });
  await writeDurably(target, text);
  await chmod(target, mode);
}
