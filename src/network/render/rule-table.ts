import { bridgeName, tableName } from "../ports.ts";

export interface RuleTableRequest {
  readonly podCidr: string;
  /** Prefixes inside which a pod keeps its own address. */
  readonly flatCidrs: readonly string[];
  /** Where the API's one address leads from this board; it leads nowhere where nobody is known to serve it. */
  readonly api?: ApiRoute | undefined;
}

export interface ApiRoute {
  readonly service: Endpoint;
  /** A voter that answers. */
  readonly voter: Endpoint;
}

export interface Endpoint {
  /** IPv4. */
  readonly address: string;
  readonly port: number;
}

/**
 * The table that hides the board's own pods behind the board's address when they speak to the outside, and only then,
 * and that leads the API's address, for pods and for the board itself, to a voter.
 * Replaces an earlier version in the same transaction: the first two lines make `delete` succeed the first time too.
 */
export function renderRuleTable({ podCidr, flatCidrs, api }: RuleTableRequest): string {
  return `table ip ${tableName} {
}
delete table ip ${tableName}
table ip ${tableName} {
	chain postrouting {
		type nat hook postrouting priority srcnat; policy accept;
		ip saddr ${podCidr} ip daddr != { ${flatCidrs.join(", ")} } oifname != "${bridgeName}" masquerade
	}
${api === undefined ? "" : renderApiRoute(api)}}
`;
}

function renderApiRoute({ service, voter }: ApiRoute): string {
  const rule = `ip daddr ${service.address} tcp dport ${service.port} dnat to ${voter.address}:${voter.port}`;
  return `	chain prerouting {
		type nat hook prerouting priority dstnat; policy accept;
		${rule}
	}
	chain output {
		type nat hook output priority -100; policy accept;
		${rule}
	}
`;
}
