/** What clients asked of some objects and were answered, in the order of one clock of counted moments. */
import { type Call, checkLinearizable } from "./check-linearizable.ts";
import { type RegisterOp, type Version, versionedRegister } from "./versioned-register.ts";

export class History {
  readonly #objects = new Map<string, { readonly initial: Version; readonly calls: Call<RegisterOp>[] }>();
  #moments = 0;

  /** A moment after all that were given before. */
  now(): number {
    this.#moments += 1;
    return this.#moments;
  }

  /** An object that has just been made, before anybody else knows of it. */
  addObject(name: string, initial: Version): void {
    this.#objects.set(name, { initial, calls: [] });
  }

  add(name: string, call: Call<RegisterOp>): void {
    const object = this.#objects.get(name);
    if (object === undefined) throw new Error(`nobody has made ${name}`);
    object.calls.push(call);
  }

  get calls(): readonly Call<RegisterOp>[] {
    return [...this.#objects.values()].flatMap(({ calls }) => calls);
  }

  /** What each object was at each revision that anybody was told of. */
  versionsTold(): readonly (Version & { readonly name: string })[] {
    return [...this.#objects].flatMap(([name, { initial, calls }]) => [
      { name, ...initial },
      ...calls.flatMap(({ op }) => versionsIn(op).map((version) => ({ name, ...version }))),
    ]);
  }

  /** One line for each object whose calls no order explains. */
  violations(): readonly string[] {
    return [...this.#objects].flatMap(([name, { initial, calls }]) => {
      const verdict = checkLinearizable(versionedRegister(initial), calls);
      if (verdict.kind === "linearizable") return [];
      if (verdict.kind === "undecided") return [`${name}: too many possibilities to decide`];
      const { call, states } = verdict;
      const { endedAt: until = call.begunAt } = call;
      const near = calls.filter(
        ({ begunAt, endedAt = until }) => begunAt <= until && endedAt >= call.begunAt - nearMoments,
      );
      return [`${name}: ${JSON.stringify({ call, states, near })}`];
    });
  }
}

/** So far before a violation its report looks back. */
const nearMoments = 60;

function versionsIn(op: RegisterOp): readonly Version[] {
  if (op.type === "read") return [op.outcome];
  return op.outcome?.kind === "written" ? [{ value: op.value, revision: op.outcome.revision }] : [];
}
