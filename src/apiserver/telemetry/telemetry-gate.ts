/** Judges readers of the public topics by the tokens and roles that hold for the API. */
import type { TelemetryGate } from "../../api/telemetry/gate.ts";
import { rightsToHear, type TopicRight } from "../../api/telemetry/topic-rights.ts";
import type { Access } from "../authorization/create-access.ts";
import type { ResourceAttributes } from "../authorization/request-attributes.ts";

const noFields: ReadonlyMap<string, string> = new Map();

/** Whoever may list objects through the API may hear of them, and nobody else. */
export function telemetryGate({ readToken, authorizer }: Pick<Access, "readToken" | "authorizer">, fleet: string) {
  return {
    ofToken: readToken,
    async mayHear(identity, filter) {
      const rights = rightsToHear(fleet, filter);
      if (rights === undefined) return false;
      for (const right of rights) {
        const decision = await authorizer.authorize(identity, attributesOf(right));
        if (decision.type !== "allowed") return false;
      }
      return true;
    },
  } satisfies TelemetryGate;
}

function attributesOf({ group, resource, namespace }: TopicRight): ResourceAttributes {
  return {
    type: "resource",
    verb: "list",
    group,
    version: "v1",
    resource,
    subresource: "",
    namespace,
    name: "",
    fields: noFields,
  };
}
