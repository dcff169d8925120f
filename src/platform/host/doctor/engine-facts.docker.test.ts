import { expect, it } from "vitest";
import { dockerSocketPath } from "../../docker/docker-runtime.ts";
import { readEngineFacts } from "./engine-facts.ts";

it("a real engine says what the doctor asks of it", async () => {
  const facts = await readEngineFacts(dockerSocketPath(process.env));
  expect(facts).toMatchObject({
    version: expect.stringMatching(/^\d+\.\d+/),
    storageDriver: expect.stringMatching(/./),
    dataRoot: expect.stringMatching(/^\//),
    liveRestore: true,
    inSwarm: false,
  });
});
