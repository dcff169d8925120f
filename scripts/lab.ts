/** The command line of `scripts/lab`. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { Command, InvalidArgumentError } from "commander";
import { messageOf, UsageError } from "../src/lib/errors.ts";
import { openLab, upLab } from "../test/lab/lab.ts";
import { enterBoard } from "../test/lab/lab-board.ts";
import { checkLabName, kubeconfigPath } from "../test/lab/lab-names.ts";
import { boardNamed } from "../test/lab/lab-record.ts";
import { labStatus } from "../test/lab/lab-status.ts";
import { removeLab } from "../test/lab/remove-lab.ts";

const number = (text: string): number => {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError("it must be a number, 0 or more");
  return value;
};

const program = new Command("lab").description("Fleets of boards on one machine, each board with its own engine.");
const verb = (usage: string, description: string): Command =>
  program
    .command(usage)
    .description(description)
    .option("--name <name>", "the lab's name", "default")
    .configureOutput({ outputError: (text, write) => write(text) });
interface Named {
  readonly name: string;
}

verb("up", "start a lab and wait until all its boards are Ready")
  .requiredOption("--boards <n>", "how many boards", number)
  .option("--voters <n>", "how many of them vote: 1, 3 or 5 (default: 3, or 1 in a smaller lab)", number)
  .option("--no-bramble", "engines on a LAN only")
  .action(async (options: Named & { boards: number; voters?: number; bramble: boolean }) => {
    const voters = options.voters ?? (options.boards < 3 ? 1 : 3);
    const lab = await upLab({ ...options, voters, say: (line) => console.error(line) });
    if (options.bramble) console.log(lab.kubeconfig);
  });

verb("down", "remove a lab and everything it made").action(async ({ name }: Named) => {
  checkLabName(name);
  await removeLab(name);
});

verb("kubeconfig", "print the path of the administrator's kubeconfig, with a context for each voter").action(
  ({ name }: Named) => {
    const lab = openLab(name);
    if (!lab.record.bramble) throw new UsageError(`Lab '${name}' runs no bramble: it has no kubeconfig`);
    console.log(kubeconfigPath(name));
  },
);

verb("status", "print the boards").action(async ({ name }: Named) =>
  console.log(await labStatus(openLab(name).record)),
);

verb("exec <board> <command...>", "run a command on a board: lab exec b1 -- docker ps").action(
  async (board: string, command: string[], { name }: Named) => {
    const { record } = openLab(name);
    const [file = "", ...args] = [...enterBoard(record, boardNamed(record, board)), ...command];
    const child = spawn(file, args, { stdio: "inherit" });
    const [status, signal] = await once(child, "exit");
    process.exitCode = signal === null ? Number(status) : 1;
  },
);

verb("load <image>", "load an image into every engine: a tar file, one of this machine's engine, or 'hello'").action(
  (image: string, { name }: Named) => openLab(name).load(image),
);

verb("kill <board>", "cut a board's power").action((board: string, { name }: Named) => openLab(name).kill(board));
verb("start <board>", "give a board power again").action((board: string, { name }: Named) =>
  openLab(name).start(board),
);
verb("unplug <board>", "pull a board's network cable").action((board: string, { name }: Named) =>
  openLab(name).unplug(board),
);
verb("plug <board>", "plug it in again").action((board: string, { name }: Named) => openLab(name).plug(board));

verb("partition <groups...>", "let groups of boards not reach one another: lab partition b1,b2 b3").action(
  (groups: string[], { name }: Named) => openLab(name).partition(...groups.map((group) => group.split(","))),
);
verb("heal", "end the partition").action(({ name }: Named) => openLab(name).heal());

verb("shape <board>", "make a board's link slow or lossy")
  .option("--delay <ms>", "each way", number, 0)
  .option("--jitter <ms>", "more or less delay by chance", number, 0)
  .option("--loss <percent>", "each way", number, 0)
  .option("--off", "a plain link again")
  .action(async (board: string, options: Named & { delay: number; jitter: number; loss: number; off?: boolean }) => {
    const { delay: delayMs, jitter: jitterMs, loss: lossPercent } = options;
    if (lossPercent > 100) throw new UsageError("--loss is a percentage: 0 to 100");
    const shape = options.off === true ? "off" : { delayMs, jitterMs, lossPercent };
    await openLab(options.name).shape(board, shape);
  });

try {
  await program.parseAsync();
} catch (error) {
  console.error(`lab: ${messageOf(error)}`);
  process.exitCode = 1;
}
