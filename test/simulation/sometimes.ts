/** Counts of what a run came across, so that a simulation in which nothing ever happens cannot pass for a good one. */
export class Sightings {
  readonly counts = new Map<string, number>();

  sometimes(what: string, times = 1): void {
    if (times > 0) this.counts.set(what, (this.counts.get(what) ?? 0) + times);
  }

  add(other: Sightings): void {
    for (const [what, times] of other.counts) this.sometimes(what, times);
  }
}
