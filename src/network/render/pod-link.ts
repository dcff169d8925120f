/** One pod's link: a veth pair from the bridge into the sandbox, as lines of `ip -batch` for either end. */
import { bridgeName, mtuBytes, type PodLinkState } from "../ports.ts";
import { gatewayOf } from "./links.ts";

export const podLinkPrefix = "pod";

/** The board's end: `pod` and 12 digits of the pod's uid, Linux's 15 characters in all. */
export function podLinkName(podUid: string): string {
  return podLinkPrefix + podUid.replaceAll(/[^A-Za-z0-9]/g, "").slice(0, 12);
}

export interface PodLinkRequest {
  readonly hostLink: string;
  readonly sandboxPid: number;
  /** `10.42.1.7` */
  readonly address: string;
  /** The board's own prefix. */
  readonly podCidr: string;
}

export interface PodLinkPlan {
  /** Run on the board, first. */
  readonly outside: readonly string[];
  /** Run inside the sandbox's network namespace. */
  readonly inside: readonly string[];
}

/** What is left to do; two empty lists where the link stands. Half a link is taken down and made anew. */
export function planPodLink(request: PodLinkRequest, state: PodLinkState): PodLinkPlan {
  const { hostLink, sandboxPid, address, podCidr } = request;
  if (state.hostLinkExists && state.sandboxAddresses.includes(address) && state.sandboxHasDefaultRoute) {
    return { outside: [], inside: [] };
  }
  const gateway = gatewayOf(podCidr);
  return {
    outside: [
      // Of an earlier sandbox whose namespace is still on its way out, or of an attach that was interrupted.
      ...(state.hostLinkExists ? [`link del ${hostLink}`] : []),
      `link add ${hostLink} mtu ${mtuBytes} type veth peer name eth0 mtu ${mtuBytes} netns ${sandboxPid}`,
      `link set ${hostLink} master ${bridgeName} up`,
    ],
    inside: [
      `address add ${address}/${gateway.bits} dev eth0`,
      "link set eth0 up",
      `route add default via ${gateway.address}`,
    ],
  };
}
