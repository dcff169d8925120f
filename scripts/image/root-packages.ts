/** The Debian packages of an image, and the command that makes a root file system of them. Pure. */
import type { Recipe } from "./recipe.ts";

/** What every board gets. */
const basePackages = [
  // A system that starts, and is reached over the network.
  "systemd-sysv",
  "udev",
  "dbus",
  "kmod",
  "systemd-resolved",
  "systemd-timesyncd",
  "openssh-server",
  "ca-certificates",
  "iproute2",
  "iputils-ping",
  "procps",
  "less",
  // Growing and mending the data partition.
  "e2fsprogs",
  "fdisk",
  // The first file system is made of it.
  "busybox-static",
  // What bramble needs of a board.
  "docker.io",
  // The kernel has it switched on, and then the engine starts no container without its tools.
  "apparmor",
  "nftables",
  "iptables",
  "wireguard-tools",
];
/** The kernel's package wants some initrd program; ours is made here, so the smallest will do. */
const initrdProgram = "tiny-initramfs";
/** Read by nobody on a board without a screen, and a fifth of the image. */
const leftOut = [
  "/usr/share/doc/*",
  "/usr/share/man/*",
  "/usr/share/info/*",
  "/usr/share/locale/*",
  "/usr/share/lintian/*",
];

const archive = "/debian";

export function packagesOf({ boot, kernel, firmwarePackages, packages }: Recipe): string[] {
  const forBoot =
    boot.method === "uefi" ? ["systemd-boot-efi"] : boot.firmwareFiles.length > 0 ? ["raspi-firmware"] : [];
  const from = kernel.suite === undefined ? "" : `/${kernel.suite}`;
  return [...basePackages, initrdProgram, ...forBoot, `${kernel.package}${from}`, ...firmwarePackages, ...packages];
}

/** `apt` lines; the security updates of a mirror lie beside its archive. */
export function sourcesOf({ debian: { suite, mirror }, kernel }: Recipe): string[] {
  const components = "main non-free-firmware";
  const security = mirror.endsWith(archive) ? `${mirror}-security` : mirror;
  return [
    `deb ${mirror} ${suite} ${components}`,
    `deb ${mirror} ${suite}-updates ${components}`,
    `deb ${security} ${suite}-security ${components}`,
    ...(kernel.suite === undefined ? [] : [`deb ${mirror} ${kernel.suite} ${components}`]),
  ];
}

/** `directory` must not exist. `INITRD=No` must be in the environment. `deb` is bramble's own package. */
export function rootCommand(recipe: Recipe, directory: string, deb: string): [string, ...string[]] {
  const debInRoot = "/tmp/bramble.deb";
  return [
    "mmdebstrap",
    "--arch=arm64",
    "--variant=minbase",
    "--mode=root",
    "--format=directory",
    '--aptopt=Acquire::Languages "none"',
    ...leftOut.map((path) => `--dpkgopt=path-exclude=${path}`),
    `--include=${packagesOf(recipe).join(",")}`,
    `--customize-hook=copy-in ${deb} /tmp`,
    `--customize-hook=mv "$1"/tmp/*.deb "$1"${debInRoot}`,
    `--customize-hook=chroot "$1" dpkg --install ${debInRoot}`,
    `--customize-hook=rm "$1"${debInRoot}`,
    recipe.debian.suite,
    directory,
    ...sourcesOf(recipe),
  ];
}
