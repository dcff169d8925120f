/** The disk of this voter has no room: nothing was written, and writes go on by themselves once there is some. */
export class DiskFullError extends Error {
  override readonly name = "DiskFullError";

  constructor(options?: ErrorOptions) {
    super("this voter's disk is full: free some room on it, or write through another voter", options);
  }
}
