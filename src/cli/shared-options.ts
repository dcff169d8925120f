/** Options that several commands have, and what they come to. */
import { type Command, Option } from "commander";
import { defaultTelemetryPort } from "../api/join-exchange.ts";
import type { BoardPorts } from "./cli-actions.ts";
import { addressValue, nameValue, portValue } from "./option-values.ts";

export interface BoardFlags {
  readonly dataDir: string;
  readonly name?: string;
  readonly address?: string;
  readonly apiPort: number;
  readonly mqttPort: number;
  readonly wireguardPort: number;
  readonly telemetryPort: number;
}

const defaultDataDir = "/var/lib/bramble";
export const defaultPorts: BoardPorts = { api: 6443, mqtt: 8883, wireguard: 51820, telemetry: defaultTelemetryPort };

export function dataDirOption(): Option {
  return new Option("--data-dir <dir>", "where the board keeps what it must not lose")
    .default(defaultDataDir)
    .env("BRAMBLE_DATA_DIR");
}

export function administratorOptions(command: Command): Command {
  return command
    .addOption(dataDirOption())
    .addOption(
      new Option("--kubeconfig <file>", "reach the fleet with this file instead of the board's own").env(
        "BRAMBLE_KUBECONFIG",
      ),
    );
}

export function boardOptions(command: Command): Command {
  return command
    .addOption(dataDirOption())
    .option("--name <name>", "the board's name in the fleet (its host name unless given)", nameValue("--name"))
    .option("--address <ip>", "IPv4 address that other boards reach (found out unless given)", addressValue)
    .option("--api-port <port>", "HTTPS port of the API", portValue("--api-port"), defaultPorts.api)
    .option("--mqtt-port <port>", "TLS port of the control broker", portValue("--mqtt-port"), defaultPorts.mqtt)
    .option("--wireguard-port <port>", "UDP port of WireGuard", portValue("--wireguard-port"), defaultPorts.wireguard)
    .option(
      "--telemetry-port <port>",
      "TLS port of a voter's public topics",
      portValue("--telemetry-port"),
      defaultPorts.telemetry,
    );
}

export function boardOf({ dataDir, name, address, ...flags }: BoardFlags) {
  const { apiPort, mqttPort, wireguardPort, telemetryPort } = flags;
  const ports: BoardPorts = { api: apiPort, mqtt: mqttPort, wireguard: wireguardPort, telemetry: telemetryPort };
  return { dataDir, ports, ...(name === undefined ? {} : { name }), ...(address === undefined ? {} : { address }) };
}

export function runLine(dataDir: string): string {
  return dataDir === defaultDataDir ? "bramble run" : `bramble run --data-dir ${dataDir}`;
}
