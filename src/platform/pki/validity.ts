/** When the fleet's certificates begin and end, on boards whose clocks cannot be trusted. */

export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const dayMs = 24 * 60 * 60 * 1000;
export const authorityDays = 20 * 365;
export const boardDays = 365;

/**
 * A clock that shows less was never set: this code is younger. Without the floor a certificate signed by a board that
 * still lives in 1970 would have ended long ago on the day its clock is set.
 */
export const clockFloorMs = Date.UTC(2026, 0, 1);

/**
 * From the start of 1970, because a board without a real-time clock begins there and must be able to talk to the fleet
 * that will tell it the time; for `days` from `nowMs` or from the clock's floor, whichever is later.
 */
export function validityFrom(nowMs: number, days: number): Validity {
  return { notBefore: new Date(0), notAfter: new Date(Math.max(nowMs, clockFloorMs) + days * dayMs) };
}
