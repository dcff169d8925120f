import type { Medium, StorageFacts, SwapFacts } from "../../../doctor/facts.ts";
import type { HostRoot } from "../../../doctor/ports.ts";

interface Mount {
  /** `179:2` */
  readonly device: string;
  readonly point: string;
  readonly isReadOnly: boolean;
  readonly fileSystem: string;
}

const networkFileSystems = /^(nfs4?|cifs|smb3|9p|ceph|fuse\.(sshfs|glusterfs))$/;

export async function readStorageFacts(
  root: HostRoot,
  { path, purpose }: Pick<StorageFacts, "path" | "purpose">,
): Promise<StorageFacts> {
  const mount = mountOf(await readMounts(root), path);
  const { medium, device } = await mediumOf(root, mount);
  const space = await root.space(path);
  return {
    path,
    purpose,
    mountPoint: mount?.point ?? "/",
    fileSystem: mount?.fileSystem ?? "an unknown file system",
    isReadOnly: mount?.isReadOnly ?? false,
    medium,
    device,
    sizeBytes: space?.sizeBytes,
    freeBytes: space?.freeBytes,
    lifeUsedPercent: medium === "emmc" && device !== undefined ? await lifeUsed(root, device) : undefined,
  };
}

export async function readSwaps(root: HostRoot): Promise<readonly SwapFacts[]> {
  const mounts = await readMounts(root);
  const rows = ((await root.text("/proc/swaps")) ?? "").split("\n").slice(1);
  const paths = rows.flatMap((row) => row.split(/\s+/)[0] || []);
  return Promise.all(
    paths.map(async (path) => {
      const [, name] = /^\/dev\/([^/]+)$/.exec(path) ?? [];
      const { medium } =
        name === undefined
          ? await mediumOf(root, mountOf(mounts, path))
          : await mediumOfDisk(root, diskOfPartition(name), "");
      return { path, medium };
    }),
  );
}

/** `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue`, see proc_pid_mountinfo(5). */
async function readMounts(root: HostRoot): Promise<readonly Mount[]> {
  const lines = ((await root.text("/proc/self/mountinfo")) ?? "").split("\n");
  return lines.flatMap((line) => {
    const [before = "", after = ""] = line.split(" - ");
    const [, , device, , point, options] = before.split(" ");
    const [fileSystem, , superOptions = ""] = after.split(" ");
    if (device === undefined || point === undefined || options === undefined || fileSystem === undefined) return [];
    const isReadOnly = [...options.split(","), ...superOptions.split(",")].includes("ro");
    return [{ device, point: unescaped(point), isReadOnly, fileSystem }];
  });
}

/** The deepest that holds `path`; of several at one place the last, which hides the others. */
function mountOf(mounts: readonly Mount[], path: string): Mount | undefined {
  const holding = mounts.filter(({ point }) => path === point || path.startsWith(point === "/" ? "/" : `${point}/`));
  return holding.reduce<Mount | undefined>(
    (deepest, mount) => (mount.point.length >= (deepest?.point.length ?? 0) ? mount : deepest),
    undefined,
  );
}

type MediumOfDisk = { readonly medium: Medium; readonly device: string | undefined };

async function mediumOf(root: HostRoot, mount: Mount | undefined): Promise<MediumOfDisk> {
  if (mount === undefined) return { medium: "unknown", device: undefined };
  const { fileSystem, device } = mount;
  if (/^(tmpfs|ramfs|rootfs)$/.test(fileSystem)) return { medium: "memory", device: undefined };
  if (fileSystem === "overlay") return { medium: await mediumOfOverlay(root), device: undefined };
  if (networkFileSystems.test(fileSystem)) return { medium: "network", device: undefined };
  const place = (await root.link(`/sys/dev/block/${device}`)) ?? "";
  const name = /\/block\/([^/]+)/.exec(place)?.[1];
  return name === undefined ? { medium: "unknown", device: undefined } : mediumOfDisk(root, name, place);
}

/** A root that is overlaid from its boot on keeps what is written in memory; of others it is not to be seen. */
async function mediumOfOverlay(root: HostRoot): Promise<Medium> {
  const commandLine = (await root.text("/proc/cmdline")) ?? "";
  return /(^|\s)(boot=overlay|overlayroot=(?!disabled))/.test(commandLine) ? "memory" : "unknown";
}

/** `place` is the device's path under `/sys/devices`, where it is known. */
async function mediumOfDisk(root: HostRoot, name: string, place: string): Promise<MediumOfDisk> {
  const known = (medium: Medium) => ({ medium, device: name });
  if (/^(zram|ram)/.test(name)) return known("memory");
  if (name.startsWith("nvme")) return known("nvme");
  if (name.startsWith("mmcblk")) {
    const type = (await root.text(`/sys/block/${name}/device/type`))?.trim();
    return known(type === "MMC" ? "emmc" : "sd");
  }
  if (/^(vd|xvd)/.test(name)) return known("virtual");
  if (/^(dm-|md)/.test(name)) {
    const [below] = await root.names(`/sys/block/${name}/slaves`);
    if (below !== undefined) return mediumOfDisk(root, diskOfPartition(below), place);
  }
  const rotational = (await root.text(`/sys/block/${name}/queue/rotational`))?.trim();
  if (rotational === undefined) return known("unknown");
  return known(rotational === "1" ? "disk" : "ssd");
}

/** `mmcblk0p2` is on `mmcblk0`, `sda2` on `sda`. */
function diskOfPartition(name: string): string {
  return /^(mmcblk\d+|nvme\d+n\d+)p\d+$/.exec(name)?.[1] ?? /^([shv]d[a-z]+)\d+$/.exec(name)?.[1] ?? name;
}

/** `0x01 0x03`: tenths of its life that the two kinds of cells have used, 0x0b beyond it; JEDEC eMMC 5.0 and newer. */
async function lifeUsed(root: HostRoot, device: string): Promise<number | undefined> {
  const text = await root.text(`/sys/block/${device}/device/life_time`);
  const tenths = (text?.match(/0x[0-9a-f]+/gi) ?? []).map((hex) => Number.parseInt(hex, 16));
  const most = Math.max(0, ...tenths);
  return most === 0 ? undefined : most * 10;
}

/** Blanks in mount points are written as `\040`. */
function unescaped(point: string): string {
  return point.replaceAll(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
