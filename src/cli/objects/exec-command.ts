/** `bramble exec`: a program in a container, joined to this terminal. */
import type { AdministratorFiles, CliActions, ExecRequest } from "../cli-actions.ts";
import { ExitCode } from "./exit-code.ts";

/** Throws `ExitCode` where the command ended with another one than 0. */
export async function executeInPod(
  actions: CliActions,
  files: AdministratorFiles,
  request: ExecRequest,
): Promise<void> {
  const code = await actions.exec(files, request);
  if (code !== 0) throw new ExitCode(code, `command terminated with exit code ${code}`);
}
