/** The words of `bramble telemetry`. */
import { join } from "node:path";
import type { Command } from "commander";
import { defaultTelemetryPort } from "../api/join-exchange.ts";
import type { AdministratorFiles, CliActions, CliSurroundings } from "./cli-actions.ts";
import { nameValue, portValue } from "./option-values.ts";
import { administratorOptions } from "./shared-options.ts";
import { grantTelemetry, listTelemetryGrants, revokeTelemetry } from "./telemetry-grants.ts";

export function addTelemetryCommands(program: Command, actions: CliActions, io: CliSurroundings): void {
  const telemetry = program.command("telemetry").description("who may read the public topics over MQTT");
  administratorOptions(telemetry.command("grant").description("make a read-only token and print the line that uses it"))
    .argument("<name>", "whose it is, as in kitchen-display", nameValue("the name"))
    .option("--port <port>", "where the voters' telemetry brokers listen", portValue("--port"), defaultTelemetryPort)
    .action(async (name: string, flags: AdministratorFiles & { port: number }) => {
      const caFile = join(flags.dataDir, "pki", "ca.crt");
      await grantTelemetry(await actions.connect(flags), name, { port: flags.port, caFile }, io);
    });
  administratorOptions(telemetry.command("list").description("show who has been given one")).action(
    async (flags: AdministratorFiles) => listTelemetryGrants(await actions.connect(flags), io),
  );
  administratorOptions(telemetry.command("revoke").description("end a token"))
    .argument("<name>", "whose it is", nameValue("the name"))
    .action(async (name: string, flags: AdministratorFiles) => revokeTelemetry(await actions.connect(flags), name, io));
}
