import type { HostRoot } from "../../../doctor/ports.ts";
import { clockFloorMs } from "../../pki/validity.ts";

/** Made by systemd-timesyncd at the first answer of a time server since the boot. */
export const timesyncPath = "/run/systemd/timesync/synchronized";
const chronyPath = "/run/chrony";

/** Whether the machine's clock is kept: by a time server that has answered since the boot, or by a battery. */
export async function isClockKept(root: HostRoot): Promise<boolean> {
  if (await root.exists(timesyncPath)) return true;
  if (await hasBatteryClock(root)) return true;
  return (await root.exists(chronyPath)) && chronyFollows(root);
}

/** A clock without its battery, as a Raspberry Pi 5 is sold, is there too, and has begun in 1970. */
export async function hasBatteryClock(root: HostRoot): Promise<boolean> {
  const clocks = await root.names("/sys/class/rtc");
  const seconds = await Promise.all(clocks.map((clock) => root.text(`/sys/class/rtc/${clock}/since_epoch`)));
  return seconds.some((text) => Number(text ?? 0) * 1_000 >= clockFloorMs);
}

async function chronyFollows(root: HostRoot): Promise<boolean> {
  // Comma-separated; the last field says how the clock stands.
  const text = await root.run(["chronyc", "-c", "tracking"]).catch(() => "");
  return text.trim().split(",").at(-1) === "Normal";
}
