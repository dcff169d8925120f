/**
 * What an answer says, already in JSON: the store keeps text, and most clients want just that. It is read as it is sent,
 * so that no more of it is in memory than is under way.
 */
export class WrittenJson {
  /** At least one. What the first throws is a refusal; after that the answer can only break off. */
  readonly pieces: AsyncIterable<Piece>;

  constructor(pieces: AsyncIterable<Piece>) {
    this.pieces = pieces;
  }
}

export interface Piece {
  readonly text: string;
  readonly isLast: boolean;
}
