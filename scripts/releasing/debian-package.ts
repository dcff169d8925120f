/** Packs an executable for Debian and its kin: the service, a configuration to edit, and what the licences ask for. */
import { createHash } from "node:crypto";
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import packageJson from "../../package.json" with { type: "json" };
import type { Architecture } from "./architectures.ts";
import { runTool } from "./run-tool.ts";

const root = join(import.meta.dirname, "../..");

export type Compression = "xz" | "gzip";

export interface PackageParts {
  readonly architecture: Architecture;
  readonly executable: string;
  /** The licences of what is in the executable. */
  readonly notices: string;
  readonly compression: Compression;
  /** Seconds since 1970: no file in the package is younger, so that the same commit gives the same package. */
  readonly sourceDateEpoch: number;
}

export function packageFileName({ debian }: Architecture): string {
  return `bramble_${packageJson.version}_${debian}.deb`;
}

/** Writes the package into `out`; `tree` is a directory for its files, made anew. */
export async function makeDebianPackage(parts: PackageParts, tree: string, out: string): Promise<string> {
  rmSync(tree, { recursive: true, force: true });
  const place = (path: string, content: string | Uint8Array, mode = 0o644) => {
    mkdirSync(dirname(join(tree, path)), { recursive: true, mode: 0o755 });
    writeFileSync(join(tree, path), content);
    chmodSync(join(tree, path), mode);
  };
  const read = (path: string) => readFileSync(join(root, path));

  mkdirSync(join(tree, "usr/bin"), { recursive: true, mode: 0o755 });
  cpSync(parts.executable, join(tree, "usr/bin/bramble"));
  chmodSync(join(tree, "usr/bin/bramble"), 0o755);
  place("lib/systemd/system/bramble.service", read("packaging/bramble.service"));
  place("etc/bramble/config.yaml", read("config/bramble.yaml"));
  place("usr/share/doc/bramble/copyright", read("packaging/debian/copyright"));
  place("usr/share/doc/bramble/NOTICES.gz", gzipSync(parts.notices, { level: 9 }));

  const installed = filesBelow(tree);
  const kilobytes = installed.reduce((sum, path) => sum + Math.ceil(statSync(join(tree, path)).size / 1024), 0);
  place("DEBIAN/control", controlOf(parts.architecture, kilobytes));
  place("DEBIAN/conffiles", "/etc/bramble/config.yaml\n");
  place("DEBIAN/md5sums", installed.map((path) => `${md5(join(tree, path))}  ${path}\n`).join(""));
  for (const script of ["postinst", "prerm", "postrm"]) {
    place(`DEBIAN/${script}`, read(`packaging/debian/${script}`), 0o755);
  }

  const file = join(out, packageFileName(parts.architecture));
  const epoch = `SOURCE_DATE_EPOCH=${parts.sourceDateEpoch}`;
  await runTool(["find", tree, "-exec", "touch", "--no-dereference", `--date=@${parts.sourceDateEpoch}`, "{}", "+"]);
  await runTool([
    ...["env", epoch, "dpkg-deb", "--root-owner-group", `-Z${parts.compression}`],
    ...(parts.compression === "gzip" ? ["-z1"] : []),
    ...["--build", tree, file],
  ]);
  return file;
}

/** Policy's limit for a line of the synopsis is 80 characters. */
function controlOf({ debian }: Architecture, installedKilobytes: number): string {
  return `Package: bramble
Version: ${packageJson.version}
Architecture: ${debian}
Maintainer: The Bramble developers <bramble@localhost>
Installed-Size: ${installedKilobytes}
Depends: libc6 (>= 2.28), libstdc++6 (>= 9), libgcc-s1, iproute2, wireguard-tools, nftables, util-linux, procps
Recommends: docker.io | docker-ce | moby-engine, iptables
Suggests: wireguard-go, kubernetes-client
Section: admin
Priority: optional
Description: orchestrator for small fleets of boards that speaks the Kubernetes API
 Runs containers on a fleet of Raspberry Pis and their kin, from one to a few
 hundred, whose links drop and whose power is cut. kubectl works with it
 unmodified; there is no external database and no external broker.
 .
 This one executable is a board's agent, a voter of the fleet, and the command
 line.
`;
}

function filesBelow(tree: string): string[] {
  return readdirSync(tree, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(tree.length + 1))
    .sort();
}

function md5(path: string): string {
  return createHash("md5").update(readFileSync(path)).digest("hex");
}
