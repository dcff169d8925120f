const truths = new Set(["1", "t", "T", "true", "True", "TRUE"]);
const falsehoods = new Set(["0", "f", "F", "false", "False", "FALSE", ""]);

/** A query parameter as Go's `strconv.ParseBool` reads it; absent or empty is false, undefined is neither. */
export function parseGoBoolean(text: string | undefined): boolean | undefined {
  if (text === undefined || falsehoods.has(text)) return false;
  return truths.has(text) ? true : undefined;
}
