/** A read that is dear and serves everybody: whoever asks while one is under way shares the next. */
export class SharedRead {
  readonly #read: () => Promise<void>;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(read: () => Promise<void>) {
    this.#read = read;
  }

  /** Resolves after a read that began after this call; rejects with that read's failure. */
  fresh(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return this.#begin();
    this.#next ??= running
      .catch(() => {})
      .then(() => {
        this.#next = undefined;
        return this.#begin();
      });
    return this.#next;
  }

  #begin(): Promise<void> {
    const running = this.#read().finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return running;
  }
}
