/** The sample image: busybox answering HTTP on 8080 with who it is and who asks. Equal inputs give an equal image id. */
import { createHash } from "node:crypto";
import { createWriteStream, existsSync, readFileSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";
import { UsageError } from "../src/lib/errors.ts";

export const sampleImageName = "bramble/hello:1";

const busyboxPath = "/bin/busybox";
/** Enough to look around in, and for `kubectl cp`. */
const applets = "sh httpd nc sleep cat ls env hostname ip echo tar true ps wget".split(" ");
const longAgo = new Date(0);

/** busybox's httpd runs this for `/`, having found no page of that name. */
const answer = `#!/bin/busybox sh
printf 'Content-Type: text/plain\\r\\n\\r\\n'
echo "hello from \${POD_NAME:-$(busybox hostname)} on \${NODE_NAME:-an unnamed board}, to $REMOTE_ADDR"
`;

interface Entry {
  readonly name: string;
  readonly content?: string | Buffer;
  readonly linkname?: string;
  readonly mode: number;
}

/** What runs in the image, and where: this machine's busybox, unless another board's is given. */
export interface SampleProgram {
  readonly busybox: string;
  /** Go's name. */
  readonly architecture: string;
}

const ownProgram: SampleProgram = {
  busybox: busyboxPath,
  architecture: { x64: "amd64", arm64: "arm64", arm: "arm" }[String(process.arch)] ?? process.arch,
};

/** Writes the image as an archive for `docker load`. Throws `UsageError` without Debian's static busybox. */
export async function writeSampleImage(
  path: string,
  { busybox, architecture }: SampleProgram = ownProgram,
): Promise<void> {
  if (!existsSync(busybox)) {
    throw new UsageError("The sample image is made from busybox: apt-get install busybox-static");
  }
  const layer = await tar([
    { name: "bin/", mode: 0o755 },
    { name: "bin/busybox", mode: 0o755, content: readFileSync(busybox) },
    ...applets.map((applet) => ({
      name: `bin/${applet}`,
      mode: 0o777,
      linkname: "busybox",
    })),
    { name: "tmp/", mode: 0o1777 },
    { name: "www/", mode: 0o755 },
    { name: "www/cgi-bin/", mode: 0o755 },
    { name: "www/cgi-bin/index.cgi", mode: 0o755, content: answer },
  ]);
  const config = JSON.stringify({
    architecture,
    os: "linux",
    created: longAgo.toISOString(),
    config: {
      Env: ["PATH=/bin"],
      Cmd: ["httpd", "-f", "-p", "0.0.0.0:8080", "-h", "/www"],
      ExposedPorts: { "8080/tcp": {} },
      WorkingDir: "/",
    },
    rootfs: { type: "layers", diff_ids: [`sha256:${sha256(layer)}`] },
    history: [{ created: longAgo.toISOString(), created_by: "scripts/make-sample-image" }],
  });
  const configName = `${sha256(config)}.json`;
  const manifest = JSON.stringify([{ Config: configName, RepoTags: [sampleImageName], Layers: ["layer.tar"] }]);
  const archive = await tar([
    { name: configName, mode: 0o644, content: config },
    { name: "layer.tar", mode: 0o644, content: layer },
    { name: "manifest.json", mode: 0o644, content: manifest },
  ]);
  await pipeline([archive], createWriteStream(path));
}

async function tar(entries: readonly Entry[]): Promise<Buffer> {
  const archive = pack();
  for (const { name, content, linkname, mode } of entries) {
    const owner = { uid: 0, gid: 0, mtime: longAgo, mode, name };
    if (linkname !== undefined) archive.entry({ ...owner, type: "symlink", linkname });
    else if (content === undefined) archive.entry({ ...owner, type: "directory" });
    else archive.entry(owner, content);
  }
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
