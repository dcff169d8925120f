/** What measuring a board needs from it; implemented in `platform`. */

/** Counters and levels of one moment. */
export interface BoardReading {
  /** Of all processors together, since the board started. */
  readonly cpu: { readonly busyMs: number; readonly totalMs: number };
  readonly uptimeSeconds: number;
  readonly load1: number;
  readonly memory: Amount;
  /** Of the file system that holds Bramble's data. */
  readonly disk: Amount;
  readonly temperatureCelsius?: number;
  /** Absent where the board cannot tell. */
  readonly underVoltage?: boolean;
  readonly throttled?: boolean;
  /** Of the interface of the default route, or the LAN's where there is none. */
  readonly link: { readonly receivedBytes: number; readonly sentBytes: number };
}

interface Amount {
  readonly usedBytes: number;
  readonly totalBytes: number;
}

export interface BoardGauge {
  read(): Promise<BoardReading>;
}

/** What the mesh's interface has seen of one peer. */
export interface PeerTraffic {
  readonly node: string;
  /** Where the peer was last heard: 10.0.0.7:51820. */
  readonly endpoint?: string;
  /** Milliseconds since 1970; absent before the first handshake. */
  readonly handshakeMs?: number;
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

export interface MeshGauge {
  peers(): Promise<readonly PeerTraffic[]>;
}
