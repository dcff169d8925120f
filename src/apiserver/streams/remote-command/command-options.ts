/** What `exec` and `attach` ask for in their query. */
import { ApiError } from "../../../api/api-error.ts";
import { parseGoBoolean } from "../../routing/go-boolean.ts";

export interface CommandOptions {
  /** Empty where the client leaves the choice to us. */
  readonly container: string;
  readonly stdin: boolean;
  readonly stdout: boolean;
  /** Never with a terminal, which has but one output. */
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** Throws `ApiError` (400). */
export function parseCommandOptions(query: URLSearchParams): CommandOptions {
  const flag = (name: string) => {
    const value = parseGoBoolean(query.get(name) ?? undefined);
    if (value === undefined) throw ApiError.badRequest(`${name}: "${query.get(name)}" is neither true nor false`);
    return value;
  };
  const tty = flag("tty");
  const [stdin, stdout, stderr] = [flag("stdin"), flag("stdout"), flag("stderr")];
  if (!stdin && !stdout && !stderr)
    throw ApiError.badRequest("you must specify at least 1 of stdin, stdout, stderr: ask for one in the query");
  return { container: query.get("container") ?? "", stdin, stdout, stderr: stderr && !tty, tty };
}

/** Throws `ApiError` (400). */
export function parseCommand(query: URLSearchParams): readonly string[] {
  const command = query.getAll("command");
  if (command.length === 0 || command[0] === "") {
    throw ApiError.badRequest("you must specify at least 1 command: each word is a `command` in the query");
  }
  return command;
}
