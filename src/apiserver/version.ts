/** What the server says it is: the Kubernetes release whose API it speaks, and its own release after the plus. */

/** Clients compare it with their own and warn beyond one minor release. */
const kubernetesMinor = 32;

export interface BuildInfo {
  /** `0.1.0` */
  readonly version: string;
  readonly gitCommit?: string;
  /** RFC 3339 */
  readonly buildDate?: string;
}

/** The body of `/version`. */
export function versionDocument({ version, gitCommit = "", buildDate = "1970-01-01T00:00:00Z" }: BuildInfo) {
  return {
    major: "1",
    minor: String(kubernetesMinor),
    gitVersion: `v1.${kubernetesMinor}.0+bramble.${version}`,
    gitCommit,
    gitTreeState: "clean",
    buildDate,
    goVersion: "none",
    compiler: "none",
    platform: "linux/any",
  };
}
