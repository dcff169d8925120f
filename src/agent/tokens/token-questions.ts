/** The board's questions for tokens, over its link to its home voter: each answered, refused, or given up. */
import { type AgentLink, type TokenAnswer, type TokenRequest, tokenAnswerSchema } from "../../api/board-link.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Random } from "../../lib/random.ts";
import { Slots } from "../../lib/slots.ts";

const answerMsMax = 5_000;
/** A board that has just started asks for all of its pods. */
const questionsAtOnce = 8;

export class TokenQuestions {
  readonly #link: AgentLink;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #slots = new Slots(questionsAtOnce);
  readonly #waiting = new Map<string, (answer: TokenAnswer | Error) => void>();
  #connected = false;

  constructor(link: AgentLink, clock: Clock, random: Random) {
    this.#link = link;
    this.#clock = clock;
    this.#random = random;
    link.onConnection((connected) => {
      this.#connected = connected;
      if (connected) return;
      for (const settle of this.#waiting.values()) settle(new Error("the link to the voter was lost"));
    });
    link.onMessage((kind, payload) => {
      if (kind === "token") this.#onAnswer(payload);
    });
  }

  /** The token. Rejects where it is refused, where no answer comes, and at once where no voter is connected. */
  ask(request: Omit<TokenRequest, "id">): Promise<string> {
    return this.#slots.run(async () => {
      if (!this.#connected) throw new Error("no voter is connected");
      const id = `${this.#random.below(2 ** 32).toString(16)}${this.#random.below(2 ** 32).toString(16)}`;
      const answer = await this.#exchange({ id, ...request });
      if (answer.type === "refused") throw new Error(answer.why);
      return answer.token;
    });
  }

  async #exchange(request: TokenRequest): Promise<TokenAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<TokenAnswer>();
    this.#waiting.set(request.id, (answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
    const cancel = this.#clock.after(answerMsMax, () => reject(new Error("the voter did not answer")));
    try {
      this.#link.send("token", new TextEncoder().encode(JSON.stringify(request))).catch(reject);
      return await promise;
    } finally {
      cancel();
      this.#waiting.delete(request.id);
    }
  }

  #onAnswer(payload: Uint8Array): void {
    const parsed = tokenAnswerSchema.safeParse(asJson(payload));
    if (parsed.success) this.#waiting.get(parsed.data.id)?.(parsed.data);
  }
}

function asJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return undefined;
  }
}
