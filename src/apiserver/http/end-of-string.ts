/** Where the string of a JSON text ends that begins at `start`: at its closing quote, or with the text where it has none. */
export function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, start, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

/** Each backslash is looked at once, with the first quote behind it. */
function isEscaped(text: string, start: number, quote: number): boolean {
  let at = quote - 1;
  while (at > start && text[at] === "\\") at -= 1;
  return (quote - at) % 2 === 0;
}
