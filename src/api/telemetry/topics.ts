/** The public topics of a fleet, as people's tools see them: built here, read here, documented from here. */

/** Changes with every change that an old reader would misunderstand; new fields and topics are no such change. */
const version = "v1";

/** Where Home Assistant looks for what there is to show. */
export const discoveryRoot = "homeassistant";

/** One topic, below the root: who or what it speaks of. */
export type TelemetryTopic =
  | { readonly about: "fleet" }
  | { readonly about: "node"; readonly node: string; readonly what: NodeWord }
  | { readonly about: "pod"; readonly namespace: string; readonly name: string }
  | { readonly about: "workload"; readonly namespace: string; readonly resource: string; readonly name: string }
  | { readonly about: "claim"; readonly namespace: string; readonly name: string }
  | { readonly about: "event"; readonly namespace: string }
  | { readonly about: "attention"; readonly id: string };

const nodeWords = ["availability", "status", "metrics", "mesh"] as const;
export type NodeWord = (typeof nodeWords)[number];

/** `bramble/<fleet>/telemetry/v1` */
export function telemetryRoot(fleet: string): string {
  return `bramble/${fleet}/telemetry/${version}`;
}

/** `bramble/home/telemetry/v1/nodes/pi-1/status` */
export function telemetryTopic(fleet: string, topic: TelemetryTopic): string {
  return `${telemetryRoot(fleet)}/${pathOf(topic)}`;
}

function pathOf(topic: TelemetryTopic): string {
  switch (topic.about) {
    case "fleet":
      return "fleet";
    case "node":
      return `nodes/${topic.node}/${topic.what}`;
    case "pod":
      return `namespaces/${topic.namespace}/pods/${topic.name}`;
    case "workload":
      return `namespaces/${topic.namespace}/workloads/${topic.resource}/${topic.name}`;
    case "claim":
      return `namespaces/${topic.namespace}/claims/${topic.name}`;
    case "event":
      return `namespaces/${topic.namespace}/events`;
    case "attention":
      return `attention/${topic.id}`;
  }
}

/** Undefined for what is no topic of this fleet's telemetry, of this version. */
export function parseTelemetryTopic(fleet: string, text: string): TelemetryTopic | undefined {
  const root = `${telemetryRoot(fleet)}/`;
  if (!text.startsWith(root)) return undefined;
  const levels = text.slice(root.length).split("/");
  if (levels.includes("")) return undefined;
  const [first, second, third, fourth, fifth, ...more] = levels;
  if (more.length > 0) return undefined;
  if (first === "fleet" && second === undefined) return { about: "fleet" };
  if (first === "attention" && second !== undefined && third === undefined) return { about: "attention", id: second };
  if (first === "nodes" && second !== undefined && fourth === undefined) {
    const what = nodeWords.find((word) => word === third);
    return what === undefined ? undefined : { about: "node", node: second, what };
  }
  if (first !== "namespaces" || second === undefined) return undefined;
  const namespace = second;
  if (third === "events") return fourth === undefined ? { about: "event", namespace } : undefined;
  if (fourth === undefined) return undefined;
  if (third === "workloads") {
    return fifth === undefined ? undefined : { about: "workload", namespace, resource: fourth, name: fifth };
  }
  if (fifth !== undefined) return undefined;
  if (third === "pods") return { about: "pod", namespace, name: fourth };
  return third === "claims" ? { about: "claim", namespace, name: fourth } : undefined;
}
