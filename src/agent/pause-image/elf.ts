/** Wraps machine code into the smallest ELF executable that Linux starts: one header, one segment, no sections. */

export interface Machine {
  readonly bits: 32 | 64;
  /** `e_machine` of the ELF specification. */
  readonly code: number;
  readonly flags: number;
  /** Where the file is mapped; a multiple of every page size that the architecture knows. */
  readonly base: number;
  readonly alignment: number;
}

/** A static little-endian executable that begins with the first byte of `text`. */
export function elfExecutable(machine: Machine, text: Uint8Array): Uint8Array {
  return machine.bits === 64 ? elf64(machine, text) : elf32(machine, text);
}

const executable = 2;
const loadable = 1;
const readAndExecute = 5;

function elf64(machine: Machine, text: Uint8Array): Uint8Array {
  const headers = 64 + 56;
  const file = new Uint8Array(headers + text.length);
  const view = new DataView(file.buffer);
  identify(file, 2);
  view.setUint16(16, executable, true);
  view.setUint16(18, machine.code, true);
  view.setUint32(20, 1, true);
  view.setBigUint64(24, BigInt(machine.base + headers), true);
  view.setBigUint64(32, 64n, true);
  view.setUint32(48, machine.flags, true);
  view.setUint16(52, 64, true);
  view.setUint16(54, 56, true);
  view.setUint16(56, 1, true);
  view.setUint32(64, loadable, true);
  view.setUint32(68, readAndExecute, true);
  view.setBigUint64(80, BigInt(machine.base), true);
  view.setBigUint64(88, BigInt(machine.base), true);
  view.setBigUint64(96, BigInt(file.length), true);
  view.setBigUint64(104, BigInt(file.length), true);
  view.setBigUint64(112, BigInt(machine.alignment), true);
  file.set(text, headers);
  return file;
}

function elf32(machine: Machine, text: Uint8Array): Uint8Array {
  const headers = 52 + 32;
  const file = new Uint8Array(headers + text.length);
  const view = new DataView(file.buffer);
  identify(file, 1);
  view.setUint16(16, executable, true);
  view.setUint16(18, machine.code, true);
  view.setUint32(20, 1, true);
  view.setUint32(24, machine.base + headers, true);
  view.setUint32(28, 52, true);
  view.setUint32(36, machine.flags, true);
  view.setUint16(40, 52, true);
  view.setUint16(42, 32, true);
  view.setUint16(44, 1, true);
  view.setUint32(52, loadable, true);
  view.setUint32(60, machine.base, true);
  view.setUint32(64, machine.base, true);
  view.setUint32(68, file.length, true);
  view.setUint32(72, file.length, true);
  view.setUint32(76, readAndExecute, true);
  view.setUint32(80, machine.alignment, true);
  file.set(text, headers);
  return file;
}

function identify(file: Uint8Array, elfClass: 1 | 2): void {
  const littleEndian = 1;
  const version = 1;
  file.set([0x7f, 0x45, 0x4c, 0x46, elfClass, littleEndian, version]);
}
