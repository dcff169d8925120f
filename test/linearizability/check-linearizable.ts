/**
 * Whether calls that overlapped could have happened one after the other, each at one moment between its beginning and
 * its end (Herlihy and Wing 1990).
 *
 * The search is Wing and Gong's with Lowe's refinement, "Testing for linearizability" (2017): it goes through the ends of
 * calls in their order, and keeps every state the system can be in together with the calls under way that have already
 * happened in it. A call is made to happen only where one that ends needs it.
 */

export interface SequentialModel<State, Op> {
  readonly initial: State;
  /** The state after `op`, outcome included; undefined where it cannot have had this outcome in `state`. */
  apply(state: State, op: Op): State | undefined;
  /** Equal for states that nothing can tell apart. */
  nameOf(state: State): string;
}

export interface Call<Op> {
  readonly op: Op;
  /** Moments order beginnings and ends, and are all different. */
  readonly begunAt: number;
  /** Undefined where nobody learned the outcome: it may happen at any time after `begunAt`, or never. */
  readonly endedAt: number | undefined;
}

export type Verdict<State, Op> =
  | { readonly kind: "linearizable" }
  /** No order explains how `call` ended; before it the system could be in one of `states`. */
  | { readonly kind: "violated"; readonly call: Call<Op>; readonly states: readonly State[] }
  /** More possibilities than can be followed. */
  | { readonly kind: "undecided" };

interface Configuration<State, Op> {
  readonly state: State;
  /** Calls under way that have happened. */
  readonly happened: ReadonlySet<Call<Op>>;
}

const configurationsMax = 200_000;

/** Of one object: a system of independent objects is linearizable when each of them is, so check them one by one. */
export function checkLinearizable<State, Op>(
  model: SequentialModel<State, Op>,
  calls: readonly Call<Op>[],
): Verdict<State, Op> {
  const underWay = new Set<Call<Op>>();
  let possible: readonly Configuration<State, Op>[] = [{ state: model.initial, happened: new Set() }];
  for (const { call, isEnd } of momentsOf(calls)) {
    if (!isEnd) {
      underWay.add(call);
      continue;
    }
    const after = letHappen(model, possible, underWay, call);
    if (after === undefined) return { kind: "undecided" };
    if (after.length === 0) return { kind: "violated", call, states: possible.map(({ state }) => state) };
    underWay.delete(call);
    possible = after;
  }
  return { kind: "linearizable" };
}

function momentsOf<Op>(calls: readonly Call<Op>[]) {
  const begins = calls.map((call) => ({ call, at: call.begunAt, isEnd: false }));
  const ends = calls.flatMap((call) => (call.endedAt === undefined ? [] : [{ call, at: call.endedAt, isEnd: true }]));
  return [...begins, ...ends].sort((a, b) => a.at - b.at);
}

/** Every way in which `ending` has happened by now; undefined where there are too many to follow. */
function letHappen<State, Op>(
  model: SequentialModel<State, Op>,
  possible: readonly Configuration<State, Op>[],
  underWay: ReadonlySet<Call<Op>>,
  ending: Call<Op>,
): readonly Configuration<State, Op>[] | undefined {
  const reached = new Frontier<State, Op>(model, [...underWay]);
  const over = new Frontier<State, Op>(model, [...underWay]);
  const open = possible.filter((configuration) => reached.add(configuration));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.happened.has(ending)) {
      over.add({ state: next.state, happened: next.happened.difference(new Set([ending])) });
      continue;
    }
    for (const call of underWay) {
      if (next.happened.has(call)) continue;
      const state = model.apply(next.state, call.op);
      if (state === undefined) continue;
      const configuration = { state, happened: new Set(next.happened).add(call) };
      if (reached.add(configuration)) open.push(configuration);
    }
    if (reached.addedCount > configurationsMax) return undefined;
  }
  return over.configurations;
}

/**
 * Configurations without those that another one covers: in the same state, with the same calls that will end, one in
 * which fewer calls of unknown outcome have happened allows all that the other allows.
 */
class Frontier<State, Op> {
  addedCount = 0;
  readonly #model: SequentialModel<State, Op>;
  readonly #underWay: readonly Call<Op>[];
  readonly #alike = new Map<string, Configuration<State, Op>[]>();

  constructor(model: SequentialModel<State, Op>, underWay: readonly Call<Op>[]) {
    this.#model = model;
    this.#underWay = underWay;
  }

  get configurations(): readonly Configuration<State, Op>[] {
    return [...this.#alike.values()].flat();
  }

  /** Whether it was not covered. */
  add(configuration: Configuration<State, Op>): boolean {
    const name = this.#nameOf(configuration);
    const alike = this.#alike.get(name) ?? [];
    const { happened } = configuration;
    if (alike.some((other) => other.happened.isSubsetOf(happened))) return false;
    this.addedCount += 1;
    this.#alike.set(name, [...alike.filter((other) => !happened.isSubsetOf(other.happened)), configuration]);
    return true;
  }

  #nameOf({ state, happened }: Configuration<State, Op>): string {
    const ending = this.#underWay.map((call) => (call.endedAt !== undefined && happened.has(call) ? "1" : "0"));
    return `${ending.join("")} ${this.#model.nameOf(state)}`;
  }
}
