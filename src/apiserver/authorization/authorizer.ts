/** The port between whoever receives a request and those who say whether it may be done. */
import type { Identity } from "../../api/exchange.ts";
import type { RequestAttributes } from "./request-attributes.ts";

export type Decision =
  | { readonly type: "allowed"; readonly reason: string }
  /** Whatever others may say. */
  | { readonly type: "denied"; readonly reason: string }
  /** Refused unless somebody else allows it. */
  | { readonly type: "noOpinion"; readonly reason: string };

export interface Authorizer {
  authorize(identity: Identity, attributes: RequestAttributes): Promise<Decision>;
}

const mastersGroup = "system:masters";

/** Whoever founded the fleet, and the fleet itself, may do everything: no rule can lock them out. */
export const mastersAuthorizer: Authorizer = {
  async authorize({ groups }) {
    return groups.includes(mastersGroup) ? { type: "allowed", reason: "" } : { type: "noOpinion", reason: "" };
  },
};

/** The first that has an opinion decides. */
export function firstOpinion(authorizers: readonly Authorizer[]): Authorizer {
  return {
    async authorize(identity, attributes) {
      const reasons: string[] = [];
      for (const authorizer of authorizers) {
        const decision = await authorizer.authorize(identity, attributes);
        if (decision.type !== "noOpinion") return decision;
        if (decision.reason !== "") reasons.push(decision.reason);
      }
      return { type: "noOpinion", reason: reasons.join("\n") };
    },
  };
}
