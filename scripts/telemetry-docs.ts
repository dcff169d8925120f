/** Writes what is made of the telemetry catalogue: `npx tsx scripts/telemetry-docs.ts`. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { telemetrySchemas, withTopics } from "./telemetry-documents.ts";

const document = new URL("../docs/mqtt.md", import.meta.url);
const schemas = new URL("../config/telemetry-schemas/", import.meta.url);

await mkdir(schemas, { recursive: true });
for (const [name, text] of telemetrySchemas()) await writeFile(new URL(name, schemas), text);
await writeFile(document, withTopics(await readFile(document, "utf8")));
