/** What is wrong with the ports of a service. */
import { type Cause, duplicate, forbidden, invalid, required } from "../validation/cause.ts";
import { dnsLabel, labelKey, portName } from "../validation/names.ts";
import { validatePortNumber } from "../validation/network.ts";
import { isHeadless, opensOnBoards } from "./service-needs.ts";
import type { ServicePort, ServiceSpec } from "./service-spec.ts";

export function validateServicePorts(spec: ServiceSpec): Cause[] {
  const { ports = [], type } = spec;
  if (ports.length === 0 && type !== "ExternalName" && !isHeadless(spec)) return [required("spec.ports")];
  const causes: Cause[] = [];
  const names = new Set<string>();
  const taken = new Set<string>();
  const takenOnBoards = new Set<string>();
  for (const [index, port] of ports.entries()) {
    const path = `spec.ports[${index}]`;
    if (port.name === undefined && ports.length > 1) causes.push(required(`${path}.name`));
    if (port.name !== undefined && names.has(port.name)) causes.push(duplicate(`${path}.name`, port.name));
    if (port.name !== undefined) names.add(port.name);
    causes.push(...validatePort(port, path), ...validateNodePort(port, type, path));
    const identity = `${port.protocol}/${port.port}`;
    if (taken.has(identity)) causes.push(duplicate(path, { port: port.port, protocol: port.protocol }));
    taken.add(identity);
    if ((port.nodePort ?? 0) === 0) continue;
    const onBoards = `${port.protocol}/${port.nodePort}`;
    if (takenOnBoards.has(onBoards)) causes.push(duplicate(`${path}.nodePort`, port.nodePort));
    takenOnBoards.add(onBoards);
  }
  return causes;
}

function validatePort({ name, port, targetPort, appProtocol }: ServicePort, path: string): Cause[] {
  const causes: Cause[] = [];
  const wrongName = name === undefined ? undefined : dnsLabel(name);
  if (wrongName !== undefined) causes.push(invalid(`${path}.name`, name, wrongName));
  causes.push(...validatePortNumber(port, `${path}.port`));
  if (typeof targetPort === "number") causes.push(...validatePortNumber(targetPort, `${path}.targetPort`));
  else if (targetPort !== undefined) {
    const wrong = portName(targetPort);
    if (wrong !== undefined) causes.push(invalid(`${path}.targetPort`, targetPort, wrong));
  }
  const wrongProtocol = appProtocol === undefined ? undefined : labelKey(appProtocol);
  if (wrongProtocol !== undefined) causes.push(invalid(`${path}.appProtocol`, appProtocol, wrongProtocol));
  return causes;
}

/** Whether it may have that port is for who gives them out to say. */
function validateNodePort({ nodePort = 0 }: ServicePort, type: ServiceSpec["type"], path: string): Cause[] {
  if (nodePort === 0 || opensOnBoards({ type })) return [];
  return [forbidden(`${path}.nodePort`, `may not be used when \`type\` is '${type}'`)];
}
