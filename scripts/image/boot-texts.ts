/** What the board's own boot program reads: which kernel to start, and what to tell it. Pure. */
import type { Recipe } from "./recipe.ts";

/** Names on the boot partition. */
export const kernelName = "kernel.img";
export const initrdName = "initrd.img";

export interface BootText {
  readonly path: string;
  readonly text: string;
}

export function bootTexts(recipe: Recipe): BootText[] {
  const { boot } = recipe;
  if (boot.method === "raspberry-pi") {
    return [
      { path: "config.txt", text: firmwareConfig(boot.config) },
      { path: "cmdline.txt", text: `${commandLine(recipe)}\n` },
    ];
  }
  return [
    { path: "loader/loader.conf", text: "timeout 0\nconsole-mode keep\neditor no\n" },
    {
      path: "loader/entries/bramble.conf",
      text: `title Bramble\nlinux /${kernelName}\ninitrd /${initrdName}\noptions ${commandLine(recipe)}\n`,
    },
  ];
}

/** `bramble.root` is read by the first program of `firmware-images/initrd`. */
export function commandLine({ consoles, commandLine: words, root }: Recipe): string {
  return [
    ...consoles.map((console) => `console=${console}`),
    `bramble.root=${root.readMostly ? "read-mostly" : "writable"}`,
    // eth0 and wlan0, whatever bus they are on: the files of this image name them so.
    "net.ifnames=0",
    "panic=10",
    ...words,
  ].join(" ");
}

function firmwareConfig(more: readonly string[]): string {
  return `${[
    "# Written with the image. See docs/design/firmware-images.md.",
    "arm_64bit=1",
    "enable_uart=1",
    // Device trees under the names that the kernel's own sources give them.
    "upstream_kernel=1",
    `kernel=${kernelName}`,
    `initramfs ${initrdName} followkernel`,
    ...more,
  ].join("\n")}\n`;
}
