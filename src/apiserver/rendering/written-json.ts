/** What an answer says, already in JSON: the store keeps text, and most clients want just that. */
export class WrittenJson {
  readonly text: string;
  /** What follows `text`, where it is a long list: no more of it is in memory than is being sent. */
  readonly rest: AsyncIterable<string> | undefined;

  constructor(text: string, rest?: AsyncIterable<string>) {
    this.text = text;
    this.rest = rest;
  }
}
