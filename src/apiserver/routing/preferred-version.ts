/** Which version of a group a client is told to prefer: the first, unless it was built before that one held its kinds. */
import type { ServedGroup } from "./served-groups.ts";

/**
 * kubectl looks a word like `cronjob` up in the version that its group prefers, and for some commands (`create job
 * --from`, `set image`) reads the answer with the types that it was built with. Those of 1.20, which is Debian's, know
 * CronJobs in v1beta1 alone and would fail on v1. All versions stay listed, so manifests of either one are taken.
 */
const ofOldKubectl = { minorMax: 20, group: "batch", version: "v1beta1" };
const kubectl = /^kubectl\/v1\.(\d+)\./u;

/** `userAgent` is `kubectl/v1.20.2 (linux/amd64) …` or any other program's. */
export function preferredVersion({ name, versions }: ServedGroup, userAgent = ""): string | undefined {
  const minor = Number(kubectl.exec(userAgent)?.[1] ?? Number.NaN);
  const isOld = name === ofOldKubectl.group && minor <= ofOldKubectl.minorMax;
  const known = isOld ? versions.find(({ version }) => version === ofOldKubectl.version) : undefined;
  return (known ?? versions[0])?.version;
}
