import { bridgeName, tableName } from "../ports.ts";

export interface RuleTableRequest {
  readonly podCidr: string;
  /** Prefixes inside which a pod keeps its own address. */
  readonly flatCidrs: readonly string[];
}

/**
 * The table that hides the board's own pods behind the board's address when they speak to the outside, and only then.
 * Replaces an earlier version in the same transaction: the first two lines make `delete` succeed the first time too.
 */
export function renderRuleTable({ podCidr, flatCidrs }: RuleTableRequest): string {
  return `table ip ${tableName} {
}
delete table ip ${tableName}
table ip ${tableName} {
	chain postrouting {
		type nat hook postrouting priority srcnat; policy accept;
		ip saddr ${podCidr} ip daddr != { ${flatCidrs.join(", ")} } oifname != "${bridgeName}" masquerade
	}
}
`;
}
