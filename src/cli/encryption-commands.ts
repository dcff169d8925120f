/** `bramble encryption`: the key that the fleet's secrets are encrypted with, and a new one. */
import { encryptionPath, encryptionStatusSchema, rotateKeyPath, rotationSchema } from "../api/operations-exchange.ts";
import { successBody } from "../client/reply.ts";
import type { CliSurroundings, FleetConnection } from "./cli-actions.ts";
import { type OutputFormat, textTable } from "./output.ts";

export async function showEncryption(
  { api }: FleetConnection,
  output: OutputFormat,
  io: CliSurroundings,
): Promise<void> {
  const reply = await api.request({ method: "GET", path: encryptionPath });
  const { keyId, isRotating, values, outdated, voters } = encryptionStatusSchema.parse(successBody(reply));
  if (output === "json") {
    io.out(`${JSON.stringify({ keyId, isRotating, values, outdated, voters }, undefined, 2)}\n`);
    return;
  }
  const rows = voters.map(({ node, id, tookOver }) => [node, id, tookOver ?? "the first"]);
  io.out(
    `${textTable([
      ["key", keyId ?? "none: secrets are not encrypted"],
      ["secrets", `${values - outdated} of ${values} with this key`],
    ])}\n${textTable([["NODE", "ID", "LAST KEY TAKEN OVER"], ...rows])}`,
  );
  if (!isRotating && outdated === 0) return;
  // As long as it lasts, whoever has taken over another key than the present one has the next one.
  const behind = voters.filter(({ tookOver }) => isRotating && (tookOver === undefined || tookOver === keyId));
  const why = behind.length === 0 ? "" : ` before ${behind.map(({ node }) => node).join(", ")} had the new one`;
  io.err(`A change of the key was interrupted${why}: go on with it by \`bramble encryption rotate\`\n`);
}

/** Resolves once everything confidential is written anew. */
export async function rotateEncryption(
  { api }: FleetConnection,
  output: OutputFormat,
  io: CliSurroundings,
): Promise<void> {
  io.err("every voter takes the new key over, then the secrets are written anew\n");
  const reply = await api.request({ method: "POST", path: rotateKeyPath, body: {} });
  const rotation = rotationSchema.parse(successBody(reply));
  io.out(
    output === "json"
      ? `${JSON.stringify(rotation)}\n`
      : `the key is ${rotation.keyId}; ${rotation.rewritten} secrets are written anew with it\n`,
  );
}
