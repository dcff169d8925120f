/**
 * The program that holds a pod's namespaces, as machine code: it asks the kernel to reap its children unseen (it is
 * process 1 where containers share its process namespace), then sleeps until it is killed.
 */
import { elfExecutable } from "./elf.ts";

export const pauseArchitectures = ["amd64", "arm64", "arm"] as const;
export type PauseArchitecture = (typeof pauseArchitectures)[number];

/** A static ELF executable of less than 300 bytes for `architecture`. */
export function pauseProgram(architecture: PauseArchitecture): Uint8Array {
  switch (architecture) {
    case "amd64":
      return elfExecutable({ bits: 64, code: 62, flags: 0, base: 0x400000, alignment: 0x1000 }, amd64Text());
    case "arm64":
      return elfExecutable({ bits: 64, code: 183, flags: 0, base: 0x400000, alignment: 0x10000 }, arm64Text());
    case "arm":
      return elfExecutable({ bits: 32, code: 40, flags: 0x05000200, base: 0x10000, alignment: 0x10000 }, armText());
  }
}

/** `struct sigaction` whose handler is SIG_IGN and whose other members are zero. */
function ignore(size: number): number[] {
  return [1, ...Array<number>(size - 1).fill(0)];
}

function amd64Text(): Uint8Array {
  const code = [
    // rt_sigaction(SIGCHLD, &ignore, NULL, 8)
    ...[0xb8, 13, 0, 0, 0], // mov eax, 13
    ...[0xbf, 17, 0, 0, 0], // mov edi, 17
    ...[0x48, 0x8d, 0x35, 19, 0, 0, 0], // lea rsi, [rip + 19]
    ...[0x31, 0xd2], // xor edx, edx
    ...[0x41, 0xba, 8, 0, 0, 0], // mov r10d, 8
    ...[0x0f, 0x05], // syscall
    // for (;;) pause()
    ...[0xb8, 34, 0, 0, 0], // mov eax, 34
    ...[0x0f, 0x05], // syscall
    ...[0xeb, 0xf7], // jmp -9
  ];
  return Uint8Array.from([...code, ...padding(code.length, 36), ...ignore(32)]);
}

function arm64Text(): Uint8Array {
  return words(
    [
      // rt_sigaction(SIGCHLD, &ignore, NULL, 8)
      0xd2800220, // mov x0, #17
      0x100001a1, // adr x1, ignore (13 instructions ahead)
      0xd2800002, // mov x2, #0
      0xd2800103, // mov x3, #8
      0xd28010c8, // mov x8, #134
      0xd4000001, // svc #0
      // for (;;) ppoll(NULL, 0, NULL, NULL)
      0xd2800000, // mov x0, #0
      0xd2800001, // mov x1, #0
      0xd2800002, // mov x2, #0
      0xd2800003, // mov x3, #0
      0xd2800928, // mov x8, #73
      0xd4000001, // svc #0
      0x17fffffa, // b -6 instructions
      0xd503201f, // nop: aligns what follows
    ],
    ignore(32),
  );
}

function armText(): Uint8Array {
  return words(
    [
      // rt_sigaction(SIGCHLD, &ignore, NULL, 8)
      0xe3a00011, // mov r0, #17
      0xe28f1018, // add r1, pc, #24
      0xe3a02000, // mov r2, #0
      0xe3a03008, // mov r3, #8
      0xe3a070ae, // mov r7, #174
      0xef000000, // svc #0
      // for (;;) pause()
      0xe3a0701d, // mov r7, #29
      0xef000000, // svc #0
      0xeafffffc, // b -2 instructions
    ],
    ignore(20),
  );
}

function words(instructions: readonly number[], data: readonly number[]): Uint8Array {
  const text = new Uint8Array(instructions.length * 4 + data.length);
  const view = new DataView(text.buffer);
  for (const [index, instruction] of instructions.entries()) view.setUint32(index * 4, instruction, true);
  text.set(data, instructions.length * 4);
  return text;
}

function padding(length: number, until: number): number[] {
  return Array<number>(until - length).fill(0x90);
}
