/** Whether the board knows what time it is, and will know after it was switched off. */
import type { HostFacts } from "../facts.ts";
import type { Finding } from "../finding.ts";

export function checkClock({ clock, system: { hasSystemd } }: HostFacts): readonly Finding[] {
  const { nowMs, floorMs, hasRealTimeClock, timeDaemon, isSynchronized } = clock;
  const startDaemon = hasSystemd
    ? "timedatectl set-ntp true (apt-get install systemd-timesyncd where that is refused)"
    : "apt-get install chrony";
  const steps = hasSystemd ? [{ kind: "run" as const, command: ["timedatectl", "set-ntp", "true"] as const }] : [];
  const isPast = nowMs < floorMs;
  if (isPast && timeDaemon === undefined) {
    return [
      {
        check: "clock",
        severity: "error",
        what: `the clock says ${day(nowMs)}, which has been, and nothing sets it`,
        why: "certificates of registries and sites are not valid yet, so images are not pulled; CronJobs wait; times of events and logs mislead",
        fix: `${startDaemon}; without a network: date -s 'YYYY-MM-DD hh:mm'`,
        ...(steps.length > 0 && { steps }),
      },
    ];
  }
  if (isPast) {
    return [
      {
        check: "clock",
        severity: "error",
        what: `the clock says ${day(nowMs)}, which has been; ${timeDaemon} has not reached a time server yet`,
        why: "certificates of registries and sites are not valid yet, so images are not pulled; CronJobs wait; times of events and logs mislead",
        fix: "see that the board reaches its time server (UDP port 123), then look again",
      },
    ];
  }
  if (timeDaemon === undefined) {
    return [
      {
        check: "time-source",
        severity: hasRealTimeClock ? "note" : "warning",
        what: hasRealTimeClock ? "nothing sets the clock" : "nothing sets the clock, and there is no battery behind it",
        why: hasRealTimeClock
          ? "it drifts by seconds a day: times of events on different boards cannot be compared"
          : "after a loss of power it goes on from where it stopped, days behind",
        fix: startDaemon,
        ...(steps.length > 0 && { steps }),
      },
    ];
  }
  if (isSynchronized !== false) return [];
  return [
    {
      check: "time-source",
      severity: "note",
      what: `${timeDaemon} follows no time server just now`,
      why: "at an offline site this is as it must be, but clocks drift: set one board's, and let the others follow it",
      fix: "timedatectl timesync-status (or chronyc sources) shows which servers it tries",
    },
  ];
}

function day(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}
