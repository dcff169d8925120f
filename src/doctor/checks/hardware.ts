/** Power, heat, memory and chance. */
import type { HostFacts } from "../facts.ts";
import type { Finding } from "../finding.ts";

/** Raspberry Pi's firmware: what is so now; 16 bits higher, what has been so since the boot. */
const throttledFlags = { underVoltage: 0x1, frequencyCapped: 0x2, throttled: 0x4, softLimit: 0x8 };
const sinceBootShift = 16;
const hotC = 80;
const mebibyte = 1_024 * 1_024;
/** What is left of 512 MB after the firmware's share. */
const memoryBytesMin = 384 * mebibyte;
/** Kernels since 5.18 always say 256. */
const entropyBitsMin = 128;

export function checkHardware(facts: HostFacts): readonly Finding[] {
  return [...checkPower(facts), ...checkHeat(facts), ...checkMemory(facts), ...checkEntropy(facts)];
}

function checkPower({ power: { throttled = 0, isUnderVoltage = false } }: HostFacts): readonly Finding[] {
  const isLow = isUnderVoltage || has(throttled, throttledFlags.underVoltage);
  if (!isLow && !has(throttled, throttledFlags.underVoltage << sinceBootShift)) return [];
  return [
    {
      check: "under-voltage",
      severity: isLow ? "error" : "warning",
      what: isLow ? "the board gets too little voltage" : "the board got too little voltage since it was switched on",
      why: "it slows down, and cards and disks lose writes when the voltage drops: this is how data is damaged",
      fix: "use the board's own power supply and a short, thick cable; put disks on a powered hub; then reboot and look again",
    },
  ];
}

function checkHeat({ power: { throttled = 0, temperatureC } }: HostFacts): readonly Finding[] {
  const slowed = throttledFlags.frequencyCapped | throttledFlags.throttled | throttledFlags.softLimit;
  // Too little voltage slows it down too, and is said already.
  const isThrottled = (throttled & slowed) !== 0 && !has(throttled, throttledFlags.underVoltage);
  const isHot = temperatureC !== undefined && temperatureC >= hotC;
  if (!isThrottled && !isHot) return [];
  const degrees = temperatureC === undefined ? "" : ` (${Math.round(temperatureC)} °C)`;
  return [
    {
      check: "heat",
      severity: "warning",
      what: isThrottled
        ? `the board is slowed down, being too hot${degrees}`
        : `the processor is at ${Math.round(temperatureC ?? 0)} °C`,
      why: "a slow board answers late, and one that is always hot does not last",
      fix: "give it a heat sink or a fan, and air",
    },
  ];
}

function checkMemory({ system: { memoryBytes } }: HostFacts): readonly Finding[] {
  if (memoryBytes === undefined || memoryBytes >= memoryBytesMin) return [];
  return [
    {
      check: "memory",
      severity: "warning",
      what: `the board has ${Math.round(memoryBytes / mebibyte)} MiB of memory`,
      why: "the engine takes about 80 MB, bramble as much, as a voter 128 MB: little is left for pods",
      fix: "let it be no voter, lower gpu_mem in /boot/firmware/config.txt, or use a board with 512 MB or more",
    },
  ];
}

function checkEntropy({ system: { entropyBits, hasRandomDevice } }: HostFacts): readonly Finding[] {
  if (entropyBits === undefined || entropyBits >= entropyBitsMin) return [];
  return [
    {
      check: "entropy",
      severity: "warning",
      what: `the kernel has gathered ${entropyBits} bits of chance`,
      why: "keys wait for it at start, for minutes on a quiet board",
      fix: hasRandomDevice ? "apt-get install rng-tools5" : "apt-get install haveged",
    },
  ];
}

function has(flags: number, flag: number): boolean {
  return (flags & flag) !== 0;
}
