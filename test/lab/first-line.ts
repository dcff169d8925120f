import type { ChildProcess } from "node:child_process";

/**
 * The first line of a background program, by which it says that it is up; undefined if it ends without one. Lets go of
 * the child afterwards: it neither keeps this process alive nor ends with it.
 */
export async function firstLine(child: ChildProcess): Promise<string | undefined> {
  const { stdout } = child;
  if (stdout === null) throw new Error("the program's output is not piped");
  child.on("error", () => stdout.destroy());
  let text = "";
  try {
    for await (const chunk of stdout) {
      text += String(chunk);
      if (text.includes("\n")) return text.split("\n")[0];
    }
    return undefined;
  } finally {
    stdout.destroy();
    child.unref();
  }
}
