/**
 * The JSON values of a stream that carries one a line. A last line without its newline was cut off and is left out.
 * Throws `SyntaxError` for a line that is no JSON, and `RangeError` for one of more than `lineBytesMax`.
 */
export async function* jsonLines(stream: AsyncIterable<Buffer>, lineBytesMax: number): AsyncIterable<unknown> {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      const line = Buffer.concat([...pending, chunk.subarray(start, end)]).toString();
      pending = [];
      pendingBytes = 0;
      start = end + 1;
      if (line.trim() !== "") yield JSON.parse(line);
    }
    const rest = chunk.subarray(start);
    pendingBytes += rest.length;
    if (pendingBytes > lineBytesMax) throw new RangeError(`a line is longer than ${lineBytesMax} bytes`);
    if (rest.length > 0) pending.push(rest);
  }
}
