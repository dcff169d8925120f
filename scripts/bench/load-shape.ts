/** What all systems are asked to write, so that they can be compared. */

/** Each client changes so many keys of its own in turn. */
export const keysPerClient = 10;

/** JSON text of the given length, in which compression finds little. */
export function jsonOf(byteCount: number): string {
  return JSON.stringify(textOf(byteCount - 2));
}

/** Letters and digits that differ all along, the same at every call. */
export function textOf(characters: number): string {
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * 36).toString(36);
  };
  return Array.from({ length: characters }, next).join("");
}
