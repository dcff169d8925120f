/** The licences of everything in the executable, read off what the bundler put in. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const root = join(import.meta.dirname, "../..");
const packageSchema = z.object({ name: z.string(), version: z.string(), license: z.string().optional() });

/** `inputs` are the bundle's, relative to the repository. Throws for a package that says nothing of its licence. */
export function noticesOf(inputs: readonly string[], nodeLicence: string): string {
  const directories = new Set([
    "node_modules/classic-level",
    ...inputs.flatMap((input) => packageDirectory(input) ?? []),
  ]);
  const notices = [...directories].sort().map((directory) => {
    const { name, version, license } = packageSchema.parse(
      JSON.parse(readFileSync(join(root, directory, "package.json"), "utf8")),
    );
    const text = licenceText(join(root, directory));
    if (license === undefined && text === undefined)
      throw new Error(`${name} ${version} names no licence: ask its authors`);
    return `${name} ${version} (${license ?? "see below"})\n\n${text?.trim() ?? "Its package holds no licence text."}\n`;
  });
  return [`Node.js\n\n${nodeLicence.trim()}\n`, ...notices].join(`\n${"-".repeat(78)}\n\n`);
}

/** `node_modules/@peculiar/x509`; undefined for our own files. */
function packageDirectory(input: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
}

function licenceText(directory: string): string | undefined {
  if (!existsSync(directory)) return undefined;
  const name = readdirSync(directory).find((file) => /^(licen[cs]e|copying)/i.test(file));
  return name === undefined ? undefined : readFileSync(join(directory, name), "utf8");
}
