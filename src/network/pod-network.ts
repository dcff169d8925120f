import type { PodLinks } from "./ports.ts";
import { planPodLink, podLinkName, podLinkPrefix } from "./render/pod-link.ts";

/** What the agent asks of a network, and the end of it. */
export interface PodNetwork {
  /** Gives the sandbox whose first process is `sandboxPid` an `eth0` with `address` (`10.42.1.7`). Idempotent. */
  attach(pod: { readonly uid: string; readonly sandboxPid: number; readonly address: string }): Promise<void>;
  /** Removes what `attach` made; nothing happens where it is gone already. */
  detach(podUid: string): Promise<void>;
  /** Cuts every pod of the board off. */
  detachAll(): Promise<void>;
}

/**
 * Links sandboxes to the board's bridge with two processes a pod. `ownCidr` tells the board's prefix, undefined while
 * the control plane has not given it one: `attach` throws then, and the agent tries again.
 */
export function createPodNetwork(links: PodLinks, ownCidr: () => Promise<string | undefined>): PodNetwork {
  return {
    async attach({ uid, sandboxPid, address }) {
      const podCidr = await ownCidr();
      if (podCidr === undefined) throw new Error("the board has no pod addresses yet");
      const hostLink = podLinkName(uid);
      const state = await links.state(hostLink, sandboxPid);
      const { outside, inside } = planPodLink({ hostLink, sandboxPid, address, podCidr }, state);
      if (outside.length > 0) await links.batch(outside);
      if (inside.length > 0) await links.batchInside(sandboxPid, inside);
    },

    async detach(podUid) {
      await remove(links, await links.linksNamed(podLinkName(podUid)));
    },

    async detachAll() {
      await remove(links, await links.linksNamed(podLinkPrefix));
    },
  };
}

async function remove(links: PodLinks, names: readonly string[]): Promise<void> {
  for (const name of names) {
    try {
      await links.batch([`link del ${name}`]);
    } catch (error) {
      // It went with its sandbox in the meantime.
      if ((await links.linksNamed(name)).length > 0) throw error;
    }
  }
}
