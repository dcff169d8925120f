/** What the agent needs from the board it runs on. */

/** Gives pods their addresses; implemented with the board's bridge and WireGuard mesh. */
export interface PodNetwork {
  /** Gives the sandbox whose first process is `sandboxPid` an `eth0` with `address` (`10.42.1.7`). Idempotent. */
  attach(pod: { readonly uid: string; readonly sandboxPid: number; readonly address: string }): Promise<void>;
  /** Removes what `attach` made; nothing happens where it is gone already. */
  detach(podUid: string): Promise<void>;
}
