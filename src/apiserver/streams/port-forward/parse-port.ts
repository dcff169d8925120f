const portMax = 65_535;

/** A port as clients write it; undefined where it is none. */
export function parsePort(text: string): number | undefined {
  const port = /^\d{1,5}$/u.test(text) ? Number(text) : 0;
  return port >= 1 && port <= portMax ? port : undefined;
}
