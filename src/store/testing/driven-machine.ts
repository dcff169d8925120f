/** A state machine with a log of its own, for tests that tell stories in transactions. */
import type { StateBackend } from "../state-backend.ts";
import { StateMachine } from "../state-machine.ts";
import { type Mutation, revision, type Txn, type TxnResult } from "../types.ts";
import { MemoryDisk, MemoryStateBackend } from "./memory-state-backend.ts";

export class DrivenMachine {
  readonly machine: StateMachine;
  readonly disk: MemoryDisk;
  readonly backend: MemoryStateBackend;
  term = 1;

  private constructor(machine: StateMachine, backend: MemoryStateBackend) {
    this.machine = machine;
    this.backend = backend;
    this.disk = backend.disk;
  }

  static async open(disk = new MemoryDisk(), flush?: () => Promise<void>): Promise<DrivenMachine> {
    const backend = new MemoryStateBackend(disk, flush);
    return new DrivenMachine(await StateMachine.open(backend satisfies StateBackend), backend);
  }

  txn(txn: Partial<Txn>): TxnResult {
    const command = { type: "txn", txn: { compares: [], mutations: [], ...txn } } as const;
    return this.machine.apply(this.machine.appliedIndex + 1, this.term, command);
  }

  /** One transaction of its own for every key, with the key's name and `suffix` as its value. */
  put(keys: readonly string[], suffix = ""): void {
    for (const key of keys) this.txn({ mutations: [put(key, `${key}${suffix}`)] });
  }

  delete(...keys: string[]): TxnResult {
    return this.txn({ mutations: keys.map((key) => ({ type: "delete", key })) });
  }

  compact(at: number): TxnResult {
    return this.machine.apply(this.machine.appliedIndex + 1, this.term, { type: "compact", revision: revision(at) });
  }
}

export function put(key: string, value: string): Mutation {
  return { type: "put", key, value };
}
