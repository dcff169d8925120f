import { request } from "node:http";
import { z } from "zod";
import type { EngineFacts } from "../../../doctor/facts.ts";

const answerMsMax = 10_000;
const answerBytesMax = 4 * 1024 * 1024;

const infoSchema = z
  .object({
    ServerVersion: z.string(),
    Driver: z.string(),
    CgroupDriver: z.string().default(""),
    MemoryLimit: z.boolean().default(true),
    LiveRestoreEnabled: z.boolean().default(false),
    DockerRootDir: z.string(),
    SecurityOptions: z.array(z.string()).nullish(),
    Swarm: z.object({ LocalNodeState: z.string() }).partial().nullish(),
  })
  .transform(
    (info): EngineFacts => ({
      version: info.ServerVersion,
      storageDriver: info.Driver,
      cgroupDriver: info.CgroupDriver,
      limitsMemory: info.MemoryLimit,
      liveRestore: info.LiveRestoreEnabled,
      dataRoot: info.DockerRootDir,
      securityOptions: info.SecurityOptions ?? [],
      inSwarm: info.Swarm?.LocalNodeState === "active",
    }),
  );

/** What the engine says of itself; undefined where it says nothing that can be read. */
export async function readEngineFacts(socketPath: string): Promise<EngineFacts | undefined> {
  const text = await get(socketPath, "/info").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return infoSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function get(socketPath: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path, timeout: answerMsMax }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
        if (text.length > answerBytesMax) asked.destroy(new Error("the answer is too long"));
      });
      response.once("end", () => resolve(text));
      response.once("error", reject);
    });
    asked.once("timeout", () => asked.destroy(new Error("no answer in time")));
    asked.once("error", reject);
    asked.end();
  });
}
