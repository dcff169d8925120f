/** Who may do what over HTTPS. Clients within the process are part of the fleet and are not asked. */
import type { Identity } from "../api/exchange.ts";

/** Until there are roles, everything or nothing: boards and voters speak MQTT and need nothing here. */
export function mayUseApi(identity: Identity): boolean {
  return identity.groups.includes("system:masters");
}
