/** A board as the doctor reaches it: files below one root, which need not be this machine's. */
export interface HostRoot {
  /** A file's text; undefined where it is missing or may not be read. Paths are absolute, as on the board itself. */
  text(path: string): Promise<string | undefined>;
  /** What a directory holds; empty where it is missing. */
  names(path: string): Promise<readonly string[]>;
  /** Where a symbolic link leads, as it is written; undefined where there is none. */
  link(path: string): Promise<string | undefined>;
  exists(path: string): Promise<boolean>;
  isExecutable(path: string): Promise<boolean>;
  /** Of the file system that holds `path`, or the nearest directory above it that is there. */
  space(path: string): Promise<{ readonly sizeBytes: number; readonly freeBytes: number } | undefined>;
  /** Where the board's Unix socket `path` is on this machine. */
  socket(path: string): string;
  /** Replaces a file, whole or not at all. */
  write(path: string, text: string): Promise<void>;
  /** What a program printed. Throws where it is missing or fails. */
  run(command: readonly [string, ...string[]]): Promise<string>;
}
