/** Whether there is room, on something that lasts. */
import type { HostFacts, Medium, StorageFacts } from "../facts.ts";
import type { Finding } from "../finding.ts";

const mebibyte = 1_024 * 1_024;
/** A log, a state and a checkpoint beside it. */
const dataFreeBytesMin = 256 * mebibyte;
/** A few images. */
const imagesFreeBytesMin = 1_024 * mebibyte;
const lifeUsedPercentMax = 80;

export function checkStorage({ storage, swaps }: HostFacts): readonly Finding[] {
  const [data] = storage;
  return [
    ...storage.flatMap((place) =>
      // What ails a file system is said once, for what matters most on it.
      place !== data && place.mountPoint === data?.mountPoint ? checkRoom(place) : checkFileSystem(place),
    ),
    ...checkSwap(swaps),
  ];
}

function checkFileSystem(facts: StorageFacts): readonly Finding[] {
  const { path, purpose, isReadOnly, medium, fileSystem, device } = facts;
  const kept = purpose === "data" ? "the fleet's state, the board's keys and its pods' volumes" : "images";
  if (isReadOnly) {
    return [
      {
        check: "read-only",
        severity: "error",
        what: `${path} cannot be written: its file system is mounted read-only`,
        why: "a kernel mounts a failing card so; where the root is meant to be read-only, the data needs a partition of its own",
        fix: `dmesg | grep -i ${device ?? "error"} says which it is; then mount -o remount,rw, or a new card, or --data-dir on another file system`,
      },
    ];
  }
  if (medium === "memory") {
    return [
      {
        check: "data-in-memory",
        severity: purpose === "data" ? "error" : "note",
        what: `${path} is on ${fileSystem}, in memory`,
        why: `${kept} would be gone after a reboot`,
        fix: "mount a disk there, or choose another --data-dir",
      },
    ];
  }
  return [...checkRoom(facts), ...checkMedium(facts)];
}

function checkRoom({ path, purpose, freeBytes }: StorageFacts): readonly Finding[] {
  const freeBytesMin = purpose === "data" ? dataFreeBytesMin : imagesFreeBytesMin;
  if (freeBytes === undefined || freeBytes >= freeBytesMin) return [];
  return [
    {
      check: "free-space",
      severity: purpose === "data" ? "error" : "warning",
      what: `${path} has ${Math.floor(freeBytes / mebibyte)} MiB left`,
      why:
        purpose === "data"
          ? "a voter whose disk is full takes no more writes, and a board cannot keep its slice"
          : "images of new pods do not fit",
      fix: "docker system prune --all removes images that no container uses; apt-get clean, journalctl --vacuum-size=50M",
    },
  ];
}

function checkMedium({ path, purpose, medium, fileSystem, device, lifeUsedPercent }: StorageFacts): readonly Finding[] {
  if (lifeUsedPercent !== undefined && lifeUsedPercent > lifeUsedPercentMax) {
    return [
      {
        check: "worn-flash",
        severity: lifeUsedPercent > 100 ? "error" : "warning",
        what: `the eMMC ${device ?? ""} under ${path} has used ${lifeUsedPercent > 100 ? "more than all" : `${lifeUsedPercent} %`} of its life`,
        why: "it will soon take no writes, or lose some",
        fix: "take a snapshot (bramble snapshot save), and move the board to a new disk before it fails",
      },
    ];
  }
  if (purpose !== "data") return [];
  if (medium === "network") {
    const what = `${path} is on ${fileSystem}, a file system of another machine`;
    const why = "what is acknowledged must be on a disk of this board's own, and pods must run without the network";
    return [{ check: "network-disk", severity: "warning", what, why, fix: "choose a local --data-dir" }];
  }
  if (["vfat", "exfat", "ntfs", "ntfs3", "fuseblk"].includes(fileSystem)) {
    const what = `${path} is on ${fileSystem}`;
    const why = "it keeps neither who may read a file nor links: keys lie open, volumes break";
    return [{ check: "file-system", severity: "error", what, why, fix: "use ext4, or another --data-dir" }];
  }
  if (medium !== "sd") return [];
  return [
    {
      check: "sd-card",
      severity: "note",
      what: `${path} is on an SD card`,
      why: "an idle fleet writes nothing to it, but images, logs and volumes do, and cards die without a warning",
      fix: "for a voter prefer an SSD or NVMe; otherwise a card sold for high endurance, and a spare board among the voters",
    },
  ];
}

function checkSwap(swaps: HostFacts["swaps"]): readonly Finding[] {
  const worn: readonly Medium[] = ["sd", "emmc"];
  const onFlash = swaps.filter(({ medium }) => worn.includes(medium));
  if (onFlash.length === 0) return [];
  const paths = onFlash.map(({ path }) => path).join(", ");
  return [
    {
      check: "swap-on-flash",
      severity: "warning",
      what: `swap is on flash: ${paths}`,
      why: "a board that is short of memory writes to it without pause, which wears a card out in weeks and makes everything wait",
      fix: onFlash.some(({ path }) => path === "/var/swap")
        ? "systemctl disable --now dphys-swapfile; for swap in compressed memory: apt-get install zram-tools"
        : `swapoff ${paths}, and take it out of /etc/fstab; for swap in compressed memory: apt-get install zram-tools`,
    },
  ];
}
