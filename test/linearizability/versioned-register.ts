/** An object of the API as one cell: a value and the revision of its last change, which a write may compare. */
import { unreachable } from "../../src/lib/assert.ts";
import type { SequentialModel } from "./check-linearizable.ts";

export interface Version {
  readonly value: string;
  readonly revision: number;
}

/** Without `outcome` nobody learned it. */
export type RegisterOp =
  | { readonly type: "read"; readonly outcome: Version }
  | { readonly type: "write"; readonly value: string; readonly outcome?: Written }
  /** Writes if the last change was at `expected`. */
  | { readonly type: "swap"; readonly expected: number; readonly value: string; readonly outcome?: Written | Conflict };

interface Written {
  readonly kind: "written";
  readonly revision: number;
}
interface Conflict {
  readonly kind: "conflict";
}

export interface RegisterState {
  readonly value: string;
  /** Of the last change; the least it can be where it was a write whose revision nobody has learned. */
  readonly revision: number;
  readonly isExact: boolean;
}

/** Revisions rise with every write, over all objects together. */
export function versionedRegister({ value, revision }: Version): SequentialModel<RegisterState, RegisterOp> {
  return {
    initial: { value, revision, isExact: true },
    nameOf: (state) => `${state.revision}${state.isExact ? "" : "+"} ${state.value}`,
    apply(state, op) {
      switch (op.type) {
        case "read":
          return state.value === op.outcome.value && canBeAt(state, op.outcome.revision)
            ? { ...op.outcome, isExact: true }
            : undefined;
        case "write":
          return op.outcome === undefined ? unlearned(state, op.value) : written(state, op.value, op.outcome.revision);
        case "swap":
          return swap(state, op);
        default:
          return unreachable(op);
      }
    },
  };
}

function swap(state: RegisterState, { expected, value, outcome }: RegisterOp & { type: "swap" }) {
  if (outcome?.kind === "conflict") return state.isExact && state.revision === expected ? undefined : state;
  if (!canBeAt(state, expected)) return undefined;
  const found = { value: state.value, revision: expected, isExact: true };
  return outcome === undefined ? unlearned(found, value) : written(found, value, outcome.revision);
}

function canBeAt({ revision, isExact }: RegisterState, asked: number): boolean {
  return isExact ? revision === asked : revision <= asked;
}

function written(state: RegisterState, value: string, revision: number): RegisterState | undefined {
  return revision > state.revision ? { value, revision, isExact: true } : undefined;
}

/** The bound stays after the first of several: states that differ in nothing else need not be told apart. */
function unlearned({ revision, isExact }: RegisterState, value: string): RegisterState {
  return { value, revision: isExact ? revision + 1 : revision, isExact: false };
}
