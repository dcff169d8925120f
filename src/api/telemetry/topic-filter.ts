/** Filters as MQTT has them (3.1.1 §4.7): `+` stands for one level, `#` for all that follow. */

const filterLengthMax = 1_024;

/** The levels of a filter; undefined for a text that is none, and for shared and `$` ones, which are not offered. */
export function parseTopicFilter(text: string): readonly string[] | undefined {
  if (text === "" || text.length > filterLengthMax || text.startsWith("$") || text.includes("\0")) return undefined;
  const levels = text.split("/");
  const isWellFormed = levels.every((level, index) => {
    if (level === "#") return index === levels.length - 1;
    return level === "+" || !/[+#]/.test(level);
  });
  return isWellFormed ? levels : undefined;
}

/** Whether some topic fits both, where `+` in `pattern` stands for a level that is still open. */
export function filtersMeet(filter: readonly string[], pattern: readonly string[]): boolean {
  for (const [index, level] of filter.entries()) {
    // `a/#` is about `a` as well.
    if (level === "#") return index <= pattern.length;
    const other = pattern[index];
    if (other === undefined) return false;
    if (level !== "+" && other !== "+" && level !== other) return false;
  }
  return filter.length === pattern.length;
}
