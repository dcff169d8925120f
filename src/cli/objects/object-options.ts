/** What the commands on objects have in common: where the objects are, and options that several have. */
import { type Command, Option } from "commander";
import type { AdministratorFiles } from "../cli-actions.ts";
import { administratorOptions } from "../shared-options.ts";
import type { ObjectSession } from "./object-session.ts";
import { naturalValue } from "./object-values.ts";
import { outputFormValue } from "./output-form.ts";

export interface PlaceFlags extends AdministratorFiles {
  readonly namespace?: string;
  readonly allNamespaces?: boolean;
}

/** What an action is given: the session, the words, and the options as commander read them. */
export type Flags = PlaceFlags & Record<string, unknown>;

export type Open = (flags: PlaceFlags) => Promise<ObjectSession>;

/** A command in a namespace. */
export function placed(command: Command, allNamespaces = false): Command {
  administratorOptions(command).option(
    "-n, --namespace <namespace>",
    "where the objects are; the kubeconfig's unless given",
  );
  return allNamespaces ? command.option("-A, --all-namespaces", "in every namespace") : command;
}

export const outputOption = () =>
  new Option("-o, --output <form>", "wide, name, json or yaml").argParser(outputFormValue);
export const selectorOption = () =>
  new Option("-l, --selector <labels>", "objects with these labels, as in app=web,tier!=test");
export const dryRunOption = () => new Option("--dry-run [server]", "only say what would be done").default(false);
export const graceOption = () =>
  new Option("--grace-period <seconds>", "how long pods may take to end").argParser(naturalValue);
