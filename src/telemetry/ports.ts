/** What telling the public needs from the world. */

/** Where public topics are said. Nobody but the fleet says anything there. */
export interface TelemetryOutlet {
  /** Whether anybody hears: until then nothing need be known or said here. */
  readonly isHeard: boolean;
  /** Called at every change of `isHeard`. When it becomes true, all that is retained is to be said before this returns. */
  onHeard(handler: (isHeard: boolean) => void): void;
  /** Kept for all who come; undefined takes it back, and nothing (`""`) tells those who come that it was taken back. Never waits: whoever reads slowly hears the latest only. */
  retain(topic: string, payload: string | undefined): void;
  /** For those alone who hear now. */
  tell(topic: string, payload: string): void;
}
