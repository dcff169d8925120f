/** The words for a board's health. */
import { type Command, Option } from "commander";
import { stringify } from "yaml";
import { counted, type DoctorReport, type Finding } from "../doctor/finding.ts";
import { type CliActions, type CliSurroundings, defaultPodCidr } from "./cli-actions.ts";
import { ExitCode } from "./objects/exit-code.ts";
import { podCidrValue } from "./option-values.ts";
import { type BoardFlags, boardOf, boardOptions } from "./shared-options.ts";

/** Shells give the codes above to signals and to programs that could not be started. */
const exitCodeMax = 125;
const forms = ["text", "json", "yaml"] as const;

interface DoctorFlags extends BoardFlags {
  readonly fix: boolean;
  readonly podCidr: string;
  readonly output: (typeof forms)[number];
}

export function addDoctorCommand(program: Command, actions: CliActions, io: CliSurroundings): void {
  boardOptions(program.command("doctor").description("look for what keeps this board from running well"))
    .option("--pod-cidr <range>", "addresses of pods, where no fleet says so yet", podCidrValue, defaultPodCidr)
    .option("--fix", "mend what can be mended safely, show it, and look again", false)
    .addOption(new Option("-o, --output <form>", "for people or for programs").choices(forms).default("text"))
    .action(async ({ fix, podCidr, output, ...flags }: DoctorFlags) => {
      const { address: _, ...board } = boardOf(flags);
      const report = await actions.examine({ ...board, podCidr, fix }, (line) => io.err(`fixing ${line}\n`));
      io.out(output === "text" ? reportText(report) : reportData(report, output));
      const left = counted(report.findings).length;
      if (left > 0) {
        throw new ExitCode(Math.min(left, exitCodeMax), `${left} ${left === 1 ? "finding" : "findings"} left`);
      }
    });
}

function reportData({ findings, applied }: DoctorReport, form: "json" | "yaml"): string {
  const shown = {
    findings: findings.map(({ steps, ...finding }) => ({ ...finding, fixable: steps !== undefined })),
    applied,
    left: counted(findings).length,
  };
  return form === "json" ? `${JSON.stringify(shown, undefined, 2)}\n` : stringify(shown, { lineWidth: 0 });
}

function reportText({ findings, applied }: DoctorReport): string {
  const fixes = applied.map(({ check, steps, failure }) =>
    failure === undefined ? `fixed ${check}: ${steps.join("; ")}\n` : `could not fix ${check}: ${failure}\n`,
  );
  const verdict = counted(findings).length === 0 ? "This board is fit to run bramble.\n" : "";
  const hint = findings.some(({ steps }) => steps !== undefined)
    ? "What is marked * is mended by: bramble doctor --fix\n"
    : "";
  return [...fixes, ...findings.map(findingText), verdict, hint].filter((part) => part !== "").join("\n");
}

function findingText({ check, severity, what, why, fix, steps }: Finding): string {
  return `${severity}: ${what} [${check}]${steps === undefined ? "" : " *"}\n    why: ${why}\n    fix: ${fix}\n`;
}
