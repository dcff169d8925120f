/** Three members of a system that commits writes, as the benches compare them. */
export interface Cluster {
  readonly name: string;
  /** Of the members that run, by their place. */
  readonly pids: ReadonlyMap<number, number>;
  /** Waits until one is there; resolves with its place. */
  leader(): Promise<number>;
  /** Commits a new small object through the given member's API; rejects where that fails. */
  write(place: number): Promise<void>;
  signal(place: number, signal: "SIGKILL" | "SIGSTOP" | "SIGCONT"): void;
  /** Starts a member that was killed, on its old disk. */
  restart(place: number): Promise<void>;
  /** Ends all members as their supervisors would. */
  stop(): Promise<void>;
}
