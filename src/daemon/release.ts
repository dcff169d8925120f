import packageJson from "../../package.json" with { type: "json" };

/** What this program says it is. */
export const bramble = {
  version: packageJson.version,
  /** As a kubelet would write it, for tools that parse it. */
  kubeletVersion: `v1.32.0+bramble.${packageJson.version}`,
} as const;
