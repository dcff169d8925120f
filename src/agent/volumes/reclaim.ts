/** Removes the directories of volumes that are being deleted, once no pod of the board uses them. */

import type { PersistentVolume } from "../../api/kinds/persistent-volume.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import { messageOf } from "../../lib/errors.ts";
import type { AgentContext } from "../agent-context.ts";
import type { SliceView } from "../slice/slice-view.ts";
import { removePersistentVolume } from "./persistent-volume.ts";

export class VolumeReclaimer {
  readonly #context: AgentContext;
  readonly #reported = new Set<string>();
  readonly #usedBy = new Map<string, readonly string[]>();
  #pending: Promise<void> = Promise.resolve();

  constructor(context: AgentContext) {
    this.#context = context;
  }

  /** Which volumes the pod uses, as far as the slice says; remembered until the pod is gone. */
  note(pod: Pod, slice: SliceView): void {
    const names = volumesOf(pod, slice);
    if (names.length > 0) this.#usedBy.set(pod.metadata.uid ?? "", names);
  }

  /** Nothing of the pod is left on the board. */
  podGone(uid: string): void {
    this.#usedBy.delete(uid);
  }

  /** Removals happen one after another. */
  check(slice: SliceView): void {
    const used = new Set(Array.from(this.#usedBy.values()).flat());
    for (const volume of slice.persistentVolumes) {
      const { name, uid = "", deletionTimestamp } = volume.metadata;
      if (deletionTimestamp === undefined || used.has(name) || this.#reported.has(uid)) continue;
      this.#reported.add(uid);
      this.#pending = this.#pending.then(() => this.#remove(volume));
    }
  }

  async #remove(volume: PersistentVolume): Promise<void> {
    const { log, report, volumesDirectory } = this.#context;
    const { name, uid = "" } = volume.metadata;
    try {
      if (await removePersistentVolume(volume, volumesDirectory)) report({ type: "volumeGone", name, uid });
    } catch (thrown) {
      this.#reported.delete(uid);
      log.warn("cannot remove a released volume", { volume: name, error: messageOf(thrown) });
    }
  }

  async settled(): Promise<void> {
    await this.#pending;
  }
}

function volumesOf(pod: Pod, slice: SliceView): string[] {
  const names: string[] = [];
  for (const { persistentVolumeClaim } of pod.spec.volumes ?? []) {
    if (persistentVolumeClaim === undefined) continue;
    const claim = slice.claim(pod.metadata.namespace ?? "", persistentVolumeClaim.claimName);
    if (claim?.spec.volumeName !== undefined) names.push(claim.spec.volumeName);
  }
  return names;
}
