/** The one line that Raspberry Pi's firmware hands to the kernel. */

const wanted = ["cgroup_enable=memory", "cgroup_memory=1"];
/** Said before ours, they would have their way. */
const unwanted = ["cgroup_disable=memory", "cgroup_memory=0"];

/**
 * The text of `cmdline.txt` with the memory cgroup asked for; the same text where it is already. The firmware reads the
 * first line only: that line alone is changed, and it stays one line.
 */
export function withMemoryCgroup(text: string): string {
  const [first = "", ...rest] = text.split("\n");
  const words = first.split(/\s+/).filter((word) => word !== "");
  const kept = words.filter((word) => !unwanted.includes(word));
  const missing = wanted.filter((word) => !kept.includes(word));
  if (missing.length === 0 && kept.length === words.length) return text;
  return [[...kept, ...missing].join(" "), ...(rest.length === 0 ? [""] : rest)].join("\n");
}
