/** The words of the `bramble` command and what they mean. */
import { Command, Option } from "commander";
import { UsageError } from "../lib/errors.ts";
import { parseJoinToken } from "../lib/join-token.ts";
import {
  type AdministratorFiles,
  type AuditLevel,
  auditLevels,
  type CliActions,
  type CliSurroundings,
  defaultPodCidr,
  type FirstBootOptions,
  type InitOptions,
  type LogLevel,
  type NewBoard,
  type UninstallOptions,
} from "./cli-actions.ts";
import { applyConfiguration, defaultConfigurationPath, readConfiguration } from "./configuration.ts";
import { addDoctorCommand } from "./doctor-words.ts";
import { addObjectCommands } from "./objects/object-words.ts";
import { addEncryptionCommands, addSnapshotCommands, addVoterCommands } from "./operations-words.ts";
import {
  durationValue,
  intervalValue,
  labelValue,
  logLevelValue,
  mqttUrlValue,
  nameValue,
  podCidrValue,
  revisionsValue,
  serverValue,
} from "./option-values.ts";
import {
  administratorOptions,
  type BoardFlags,
  boardOf,
  boardOptions,
  dataDirOption,
  runLine,
} from "./shared-options.ts";
import { type StatusFlags, showStatus } from "./status-command.ts";
import { addTelemetryCommands } from "./telemetry-words.ts";
import { createToken, deleteToken, listTokens } from "./token-commands.ts";

interface InitFlags extends BoardFlags {
  readonly fleet: string;
  readonly podCidr: string;
  readonly mqttUrl?: string;
  readonly mqttCa?: string;
}

interface JoinFlags extends BoardFlags {
  readonly token: ReturnType<typeof parseJoinToken>;
  readonly voter: boolean;
  readonly label?: Readonly<Record<string, string>>;
}

interface RunFlags {
  readonly config?: string;
  readonly dataDir: string;
  readonly logLevel: LogLevel;
  readonly history: number;
  readonly historyAge: number;
  readonly auditLog?: string;
  readonly auditLevel: AuditLevel;
  readonly telemetryInterval?: number;
  readonly metered: boolean;
  readonly homeAssistant: boolean;
  readonly serverName: readonly string[];
}

interface CreateTokenFlags extends AdministratorFiles {
  readonly ttl: number;
  readonly voter: boolean;
  readonly description: string;
}

const ttlValue = durationValue("--ttl");
const telemetryIntervalValue = intervalValue("--telemetry-interval");
const telemetryIntervalMs = 30_000;
const meteredIntervalMs = 15 * 60_000;
const historyAgeValue = durationValue("--history-age");

/** `run-cli.ts` runs it: parsing throws for every mistake, and nothing here ends the process. */
export function buildProgram(actions: CliActions, io: CliSurroundings): Command {
  const program = new Command("bramble")
    .description("Runs containers on a fleet of small boards, and speaks the Kubernetes API while it does so.")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out(text),
      writeErr: (text) => io.err(text),
      outputError: (text, write) =>
        write(
          `bramble: ${text
            .replace(/^error: /, "")
            .trim()
            .replaceAll("\n", " ")}\n`,
        ),
    });
  addBoardCommands(program, actions, io);
  addDoctorCommand(program, actions, io);
  addTokenCommands(program, actions, io);
  addTelemetryCommands(program, actions, io);
  addVoterCommands(program, actions, io);
  addEncryptionCommands(program, actions, io);
  addSnapshotCommands(program, actions, io);
  addObjectCommands(program, actions, io);
  administratorOptions(program.command("kubeconfig").description("print the administrator's kubeconfig"))
    .option("--path", "print where the file is instead")
    .action(async (flags: AdministratorFiles & { path?: boolean }) => {
      const { path, text } = await actions.kubeconfig(flags);
      io.out(flags.path ? `${path}\n` : text);
    });
  program
    .command("version")
    .description("print the version")
    .action(() => io.out(`bramble ${io.version}\n`));
  return program;
}

function addBoardCommands(program: Command, actions: CliActions, io: CliSurroundings): void {
  boardOptions(program.command("init").description("found a fleet on this board, its first voter"))
    .option("--fleet <name>", "the fleet's name", nameValue("--fleet"), "bramble")
    .option("--pod-cidr <range>", "addresses of pods, a /24 for each board", podCidrValue, defaultPodCidr)
    .option("--mqtt-url <url>", "a broker for the whole fleet, instead of one in each voter", mqttUrlValue)
    .option("--mqtt-ca <file>", "the CA of that broker's certificate, when it is not the fleet's own")
    .action(async (flags: InitFlags) => {
      const { fleet, podCidr } = flags;
      const board = await actions.init({ ...boardOf(flags), fleet, podCidr, ...sharedBrokerOf(flags) });
      io.out(`The fleet ${board.fleet} is founded; ${board.node} at ${board.address} is its first voter.\n`);
      io.out(
        `Start it with:\n\n    ${runLine(flags.dataDir)}\n\nthen invite other boards with: bramble token create\n`,
      );
    });

  boardOptions(program.command("join").description("make this board part of a fleet"))
    .argument("<server>", "address of any voter, with its API port when it is not 6443", serverValue)
    .requiredOption("--token <token>", "what `bramble token create` printed", parseJoinToken)
    .option("--voter", "take part in the fleet's decisions too; a fleet has 1, 3 or 5 voters", false)
    .option("--label <key=value>", "a label for the new board; may be repeated", labelValue)
    .action(async (server: string, flags: JoinFlags) => {
      const { token, voter, label: labels } = flags;
      const board = await actions.join({
        ...boardOf(flags),
        server,
        token,
        voter,
        ...(labels !== undefined && { labels }),
      });
      io.out(`${joined(board)}\nStart it with:\n\n    ${runLine(flags.dataDir)}\n`);
    });

  program
    .command("first-boot")
    .description("set this board up as bramble.yaml on its boot partition says, and join its fleet")
    .addOption(dataDirOption())
    .option("--boot-dir <dir>", "where the boot partition is mounted", "/boot/firmware")
    .action((options: FirstBootOptions) => actions.firstBoot(options, (line) => io.out(`${line}\n`)));

  program
    .command("run")
    .description("run this board, until it is told to stop")
    .addOption(
      new Option(
        "--config <file>",
        `what flags do not say is read from there (default: ${defaultConfigurationPath}, if there is one)`,
      ).env("BRAMBLE_CONFIG"),
    )
    .addOption(dataDirOption())
    .option("--log-level <level>", "debug, info, warn or error", logLevelValue, "info")
    .option("--history <n>", "past changes that watches can resume from", revisionsValue("--history"), 5000)
    .addOption(
      new Option("--history-age <duration>", "or those of so long, if they are fewer")
        .argParser(historyAgeValue)
        .default(historyAgeValue("1h"), "1h"),
    )
    .option("--audit-log <file>", "note what is asked of this voter, in at most 32 MB")
    .addOption(
      new Option("--audit-level <level>", "who did what, or also what was submitted")
        .choices(auditLevels)
        .default("Metadata"),
    )
    .option(
      "--telemetry-interval <duration>",
      "how often the board measures itself and says so, 0 for never (default: 30s, metered 15m)",
      telemetryIntervalValue,
    )
    .option("--metered", "say as little as will do: a lost board is noticed after 90 s instead of 6", false)
    .option("--home-assistant", "show each board to Home Assistant as a device, where this board is a voter", false)
    .option(
      "--server-name <name>",
      "another name of this voter in browsers; may be given again",
      (name: string, names: readonly string[]) => [...names, name],
      [],
    )
    .action((given: RunFlags, command: Command) => {
      applyConfiguration(command, readConfiguration(given.config));
      const { dataDir, logLevel, history, historyAge, auditLog, auditLevel, ...flags } = command.opts<RunFlags>();
      return actions.run({
        telemetryIntervalMs: flags.telemetryInterval ?? (flags.metered ? meteredIntervalMs : telemetryIntervalMs),
        metered: flags.metered,
        homeAssistant: flags.homeAssistant,
        serverNames: flags.serverName,
        dataDir,
        logLevel,
        historyRevisions: history,
        historyAgeMs: historyAge,
        ...(auditLog !== undefined && { audit: { file: auditLog, level: auditLevel } }),
      });
    });

  program
    .command("reset")
    .description("remove this board's pods, networks and data, so that it belongs to no fleet")
    .addOption(dataDirOption())
    .option("--yes", "do it: what its volumes hold is lost", false)
    .action(async ({ dataDir, yes }: { dataDir: string; yes: boolean }) => {
      if (!yes) throw new UsageError(`reset loses all that is in ${dataDir}, volumes too: say so with --yes`);
      await actions.reset({ dataDir });
      io.out(`${dataDir} belongs to no fleet any more.\n`);
    });

  program
    .command("status")
    .description("say whether the fleet has this board, and whether it is Ready")
    .addOption(dataDirOption())
    .option("--wait <duration>", "until it is, at most so long", durationValue("--wait"))
    .action((flags: StatusFlags) => showStatus(actions, flags, io));

  program
    .command("uninstall")
    .description("stop bramble on this board and remove its pods, its networks and itself")
    .addOption(dataDirOption())
    .option("--purge", "and its data: what volumes hold is lost, and the board belongs to no fleet", false)
    .option("--yes", "do it", false)
    .action(async (given: UninstallOptions & { yes: boolean }, command: Command) => {
      const { dataDir: configured } = readConfiguration(undefined);
      if (configured !== undefined) applyConfiguration(command, { dataDir: configured });
      const { dataDir, purge } = command.opts<UninstallOptions>();
      if (!given.yes) {
        const rest = purge ? `and ${dataDir}, volumes too` : `and leaves ${dataDir} (--purge takes it too)`;
        throw new UsageError(`uninstall removes bramble, this board's pods and networks, ${rest}: say so with --yes`);
      }
      await actions.uninstall({ dataDir, purge }, (line) => io.err(`${line}\n`));
      io.out(purge ? "Nothing of bramble is left on this board.\n" : `Of bramble, ${dataDir} is left on this board.\n`);
    });
}

function addTokenCommands(program: Command, actions: CliActions, io: CliSurroundings): void {
  const token = program.command("token").description("invitations for boards");
  administratorOptions(token.command("create").description("make a token and print the line that uses it"))
    .option("--ttl <duration>", "how long it is good for", ttlValue, ttlValue("24h"))
    .option("--voter", "boards may become voters with it", false)
    .option("--description <text>", "what it is for, to tell it from others", "")
    .action(async (flags: CreateTokenFlags) => {
      await createToken(await actions.connect(flags), { ...flags, ttlMs: flags.ttl }, io);
    });
  administratorOptions(token.command("list").description("show the tokens, without their secrets")).action(
    async (flags: AdministratorFiles) => listTokens(await actions.connect(flags), io),
  );
  administratorOptions(token.command("delete").description("withdraw a token"))
    .argument("<id>", "its ID, or the whole token")
    .action(async (id: string, flags: AdministratorFiles) => deleteToken(await actions.connect(flags), id, io));
}

function sharedBrokerOf({ mqttUrl, mqttCa }: InitFlags): Pick<InitOptions, "mqtt"> {
  if (mqttUrl !== undefined) return { mqtt: { url: mqttUrl, ...(mqttCa !== undefined && { caFile: mqttCa }) } };
  if (mqttCa === undefined) return {};
  throw new UsageError("--mqtt-ca says whom a shared broker is certified by: name that broker with --mqtt-url");
}

function joined({ fleet, node, address, voter }: NewBoard): string {
  return `${node} at ${address} has joined the fleet ${fleet}${voter ? " as a voter" : ""}.`;
}
