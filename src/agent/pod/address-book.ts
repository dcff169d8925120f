/** Which pod has which address, as far as the sandboxes' labels and this process know. */
import type { ObservedPod } from "./observed-pod.ts";
import { freeAddress } from "./pod-address.ts";

export class AddressBook {
  readonly #byPod = new Map<string, string>();

  /** Takes note of the address that a sandbox carries, running or not: a pod keeps its address over a power loss. */
  note(observed: ObservedPod): void {
    const address = observed.sandboxes.find((sandbox) => sandbox.address !== undefined)?.address;
    if (address !== undefined) this.#byPod.set(observed.uid, address);
  }

  addressOf(podUid: string): string | undefined {
    return this.#byPod.get(podUid);
  }

  /** The pod's address, a free one of `podCidr` if it has none yet; undefined when the range is used up. */
  assign(podUid: string, podCidr: string): string | undefined {
    const known = this.#byPod.get(podUid);
    if (known !== undefined) return known;
    const address = freeAddress(podCidr, new Set(this.#byPod.values()));
    if (address !== undefined) this.#byPod.set(podUid, address);
    return address;
  }

  release(podUid: string): void {
    this.#byPod.delete(podUid);
  }
}
