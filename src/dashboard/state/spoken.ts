/** Figures as people read them. */

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** `now`, `12 s`, `3 min`, `5 h`, `2 d` */
export function spokenAge(ageMs: number): string {
  if (ageMs < second) return "now";
  if (ageMs < minute) return `${Math.floor(ageMs / second)} s`;
  if (ageMs < hour) return `${Math.floor(ageMs / minute)} min`;
  if (ageMs < 2 * day) return `${Math.floor(ageMs / hour)} h`;
  return `${Math.floor(ageMs / day)} d`;
}

/** `now`, `12 s ago` */
export function spokenAgo(ageMs: number): string {
  return ageMs < second ? "now" : `${spokenAge(ageMs)} ago`;
}

const units = ["B", "KiB", "MiB", "GiB", "TiB"];

/** `1.5 GiB`, `640 KiB` */
export function spokenBytes(bytes: number): string {
  const power = Math.min(bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10), units.length - 1);
  const value = bytes / 1024 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : value.toFixed(0)} ${units[power]}`;
}

/** `42 %` */
export function spokenShare(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** `1 pod`, `2 pods` */
export function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
