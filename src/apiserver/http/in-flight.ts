/** Bounds how many requests are served at a time, so that a flood is refused rather than queued in memory. */
export interface InFlight {
  /** What must be called once when the request has been answered; undefined where the bound is reached. */
  enter(): (() => void) | undefined;
}

export function boundInFlight(inFlightMax: number): InFlight {
  let current = 0;
  return {
    enter() {
      if (current >= inFlightMax) return undefined;
      current += 1;
      let left = false;
      return () => {
        if (!left) current -= 1;
        left = true;
      };
    },
  };
}
