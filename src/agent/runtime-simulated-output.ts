/** What a simulated container has printed, and what somebody who sits at a simulated command sees. */
import type { RuntimeLogOptions, RuntimeSession } from "./ports.ts";

interface Line {
  readonly atMs: number;
  readonly text: string;
}

/** The lines of one container, followed until it ends. */
export class SimulatedLog {
  readonly #lines: Line[] = [];
  #isOver = false;
  #wake: (() => void)[] = [];

  print(text: string, atMs: number): void {
    this.#lines.push({ atMs, text });
    this.#tell();
  }

  begin(): void {
    this.#isOver = false;
  }

  end(): void {
    this.#isOver = true;
    this.#tell();
  }

  async *read(options: RuntimeLogOptions, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const { sinceMs = 0, tailLines, timestamps, follow } = options;
    const tell = () => this.#tell();
    signal.addEventListener("abort", tell, { once: true });
    const first = tailLines === undefined ? 0 : Math.max(0, this.#lines.length - tailLines);
    for (let index = first; !signal.aborted; ) {
      const line = this.#lines[index];
      if (line === undefined) {
        if (!follow || this.#isOver) break;
        await new Promise<void>((resolve) => this.#wake.push(resolve));
        continue;
      }
      index += 1;
      if (line.atMs >= sinceMs) yield new TextEncoder().encode(`${timestamps ? stamp(line) : ""}${line.text}\n`);
    }
    signal.removeEventListener("abort", tell);
  }

  #tell(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

function stamp({ atMs }: Line): string {
  return `${new Date(atMs).toISOString().replace("Z", "000000Z")} `;
}

/** A command that prints `output`, repeats its input where it has one, and ends with that. */
export class SimulatedSession implements RuntimeSession {
  readonly #exitCode: number;
  readonly #chunks: Uint8Array[];
  #isOver: boolean;
  #wake = () => {};
  /** Every size that its terminal was given. */
  readonly sizes: string[] = [];
  isClosed = false;

  constructor(output: string, exitCode: number, hasInput: boolean) {
    this.#exitCode = exitCode;
    this.#chunks = output === "" ? [] : [new TextEncoder().encode(output)];
    this.#isOver = !hasInput;
  }

  get output(): RuntimeSession["output"] {
    return this.#print();
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#isOver) throw new Error("the command has ended");
    this.#chunks.push(bytes);
    this.#wake();
  }

  endInput(): void {
    this.#isOver = true;
    this.#wake();
  }

  async resize(columns: number, rows: number): Promise<void> {
    this.sizes.push(`${columns}x${rows}`);
  }

  async exitCode(): Promise<number> {
    return this.isClosed ? 137 : this.#exitCode;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.endInput();
  }

  async *#print(): AsyncGenerator<{ readonly channel: 1; readonly bytes: Uint8Array }> {
    for (;;) {
      const bytes = this.#chunks.shift();
      if (bytes !== undefined) yield { channel: 1, bytes };
      else if (this.#isOver) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
