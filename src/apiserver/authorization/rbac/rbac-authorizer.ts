/** Role-based access control: a request is allowed where a rule that is granted to its asker allows it. */
import type { Identity } from "../../../api/exchange.ts";
import type { Authorizer, Decision } from "../authorizer.ts";
import type { RequestAttributes } from "../request-attributes.ts";
import { grantsOf, type Policy } from "./policy.ts";
import { ruleAllows } from "./rule-allows.ts";

/** Pure: the same policy gives the same answer. */
export function decide(policy: Policy, identity: Identity, asked: RequestAttributes): Decision {
  const namespace = asked.type === "path" ? "" : asked.namespace;
  for (const { rules, reason } of grantsOf(policy, identity, namespace)) {
    if (rules.some((rule) => ruleAllows(rule, asked))) return { type: "allowed", reason };
  }
  return { type: "noOpinion", reason: "" };
}

/** Asks for the policy at every request, so that it is the current one. */
export function rbacAuthorizer(policy: () => Promise<Policy>): Authorizer {
  return {
    async authorize(identity, asked) {
      return decide(await policy(), identity, asked);
    },
  };
}
