import type { HostRoot } from "../../../doctor/ports.ts";

/** Made by systemd-timesyncd at the first answer of a time server since the boot. */
export const timesyncPath = "/run/systemd/timesync/synchronized";
const chronyPath = "/run/chrony";

/** Whether the machine's clock is kept: by a time server that has answered since the boot, or by a battery. */
export async function isClockKept(root: HostRoot): Promise<boolean> {
  if (await root.exists(timesyncPath)) return true;
  if ((await root.names("/sys/class/rtc")).length > 0) return true;
  return (await root.exists(chronyPath)) && chronyFollows(root);
}

async function chronyFollows(root: HostRoot): Promise<boolean> {
  // Comma-separated; the last field says how the clock stands.
  const text = await root.run(["chronyc", "-c", "tracking"]).catch(() => "");
  return text.trim().split(",").at(-1) === "Normal";
}
