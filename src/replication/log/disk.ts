/** The few things that the Raft log asks of a directory on a disk. */

export interface Disk {
  /** Names of the files there, in no particular order. */
  list(): Promise<readonly string[]>;
  read(name: string): Promise<Uint8Array>;
  /**
   * Makes a file of `byteCount` zeros that are really written, so that filling it later changes no metadata. Durable.
   * Throws `DiskFullError`, having made nothing.
   */
  create(name: string, byteCount: number): Promise<void>;
  open(name: string): Promise<DiskFile>;
  /** Durable. There must be no file `to`. */
  rename(from: string, to: string): Promise<void>;
  /** Durable. */
  remove(name: string): Promise<void>;
  /** How much more files could hold. */
  freeBytes(): Promise<number>;
  /** CRC-32 of `bytes`, continuing from the checksum of what came before. */
  checksum(bytes: Uint8Array, previous?: number): number;
}

export interface DiskFile {
  /**
   * Durable when it resolves. While it has not, a power cut leaves each 512-byte sector as it was or as it was to be.
   * After it has failed nothing is known about the range.
   */
  write(at: number, bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}
