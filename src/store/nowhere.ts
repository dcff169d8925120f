/** The storage of a state machine that makes no checkpoints: there is nothing in it, and nothing can be put there. */
import type { StateBackend } from "./state-backend.ts";

export const nowhere: StateBackend = {
  get: async () => undefined,
  getMany: async (keys) => keys.map(() => undefined),
  async *scan() {},
  write: () => Promise.reject(new Error("a volatile state is not written down")),
  close: async () => {},
};
