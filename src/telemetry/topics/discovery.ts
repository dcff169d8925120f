/** Boards as Home Assistant discovers them: one device each, one retained message a device. */
import type { Node } from "../../api/kinds/node.ts";
import type { NodeMetrics } from "../../api/telemetry/node-telemetry.ts";
import { discoveryRoot, telemetryTopic } from "../../api/telemetry/topics.ts";

export function discoveryTopic(fleet: string, node: string): string {
  return `${discoveryRoot}/device/${deviceId(fleet, node)}/config`;
}

/** `metrics` says which sensors the board has; those that every board has are always there. */
export function discoveryMessage(fleet: string, version: string, node: Node, metrics: NodeMetrics | undefined) {
  const { name, labels } = node.metadata;
  const topic = (what: "availability" | "status" | "metrics") =>
    telemetryTopic(fleet, { about: "node", node: name, what });
  const id = deviceId(fleet, name);
  const sensor = (key: string, rest: Record<string, unknown>) => ({
    platform: "sensor",
    unique_id: `${id}_${key}`,
    state_topic: topic("metrics"),
    state_class: "measurement",
    ...rest,
  });
  const percent = { unit_of_measurement: "%", suggested_display_precision: 0 };
  return {
    device: {
      identifiers: [id],
      name,
      manufacturer: "Bramble",
      model: labels?.["bramble.io/board-model"] ?? node.status.nodeInfo.architecture,
      sw_version: node.status.nodeInfo.kubeletVersion,
    },
    origin: { name: "Bramble", sw_version: version },
    availability_topic: topic("availability"),
    components: {
      cpu: sensor("cpu", {
        ...percent,
        name: "Processor",
        icon: "mdi:chip",
        value_template: "{{ (value_json.cpuShare | default(0)) * 100 }}",
      }),
      memory: sensor("memory", { ...percent, name: "Memory", icon: "mdi:memory", value_template: shareOf("memory") }),
      disk: sensor("disk", { ...percent, name: "Disk", icon: "mdi:sd", value_template: shareOf("disk") }),
      ...(metrics?.temperatureCelsius !== undefined && {
        temperature: sensor("temperature", {
          name: "Temperature",
          device_class: "temperature",
          unit_of_measurement: "°C",
          value_template: "{{ value_json.temperatureCelsius }}",
        }),
      }),
      ...(metrics?.underVoltage !== undefined && {
        under_voltage: {
          platform: "binary_sensor",
          unique_id: `${id}_under_voltage`,
          name: "Under-voltage",
          device_class: "problem",
          state_topic: topic("metrics"),
          value_template: "{{ 'ON' if value_json.underVoltage else 'OFF' }}",
        },
      }),
      not_ready: {
        platform: "binary_sensor",
        unique_id: `${id}_not_ready`,
        name: "Not ready",
        device_class: "problem",
        state_topic: topic("status"),
        value_template: "{{ 'OFF' if value_json.ready else 'ON' }}",
      },
    },
  };
}

function shareOf(field: "memory" | "disk"): string {
  return `{{ value_json.${field}.usedBytes / value_json.${field}.totalBytes * 100 }}`;
}

function deviceId(fleet: string, node: string): string {
  return `bramble_${fleet}_${node}`;
}
