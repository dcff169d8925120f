/** A container's log, line by line as it is written. */
import { type KubeApi, podPath } from "./kube-api.ts";

export interface LogSource {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Of the run before the last restart. */
  readonly isPrevious: boolean;
}

const tailLines = 1000;
/** A line without end is shown in pieces. */
const lineLengthMax = 16 * 1024;

/** Ends with the container. Throws `RefusedError`, and whatever breaks the connection. */
export async function* readLog(
  api: KubeApi,
  { namespace, pod, container, isPrevious }: LogSource,
  signal: AbortSignal,
): AsyncGenerator<readonly string[]> {
  const query = new URLSearchParams({
    container,
    tailLines: String(tailLines),
    ...(isPrevious ? { previous: "true" } : { follow: "true" }),
  });
  const stream = await api.stream(`${podPath(namespace, pod)}/log?${query}`, signal);
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > lineLengthMax) {
      lines.push(rest);
      rest = "";
    }
    if (lines.length > 0) yield lines.map(plainText);
  }
  if (rest !== "") yield [plainText(rest)];
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
const sequences = /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
const controls = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** Without colours and the other controls of terminals. */
function plainText(line: string): string {
  return line.replace(sequences, "").replace(controls, "");
}
