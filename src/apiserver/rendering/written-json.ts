/** What an answer says, already in JSON: the store keeps text, and most clients want just that. */
export class WrittenJson {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}
