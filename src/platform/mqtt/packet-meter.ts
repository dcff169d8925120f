/**
 * Watches the lengths that MQTT packets announce (fixed header, MQTT 3.1.1 §2.2.3), so that a peer that announces
 * 256 MB is cut off at its header and not after they have been gathered in memory.
 */
export class PacketMeter {
  /** Bytes that may follow a fixed header; may be raised once the peer is known. */
  bodyBytesMax: number;
  #state: "type" | "length" | "body" = "type";
  #bytesLeft = 0;
  #multiplier = 1;

  constructor(bodyBytesMax: number) {
    this.bodyBytesMax = bodyBytesMax;
  }

  /** Takes the next bytes of the stream; false when a packet in them is too long, and from then on. */
  accept(chunk: Uint8Array): boolean {
    let position = 0;
    while (position < chunk.length) {
      if (this.#state === "body") {
        const taken = Math.min(this.#bytesLeft, chunk.length - position);
        this.#bytesLeft -= taken;
        position += taken;
        if (this.#bytesLeft === 0) this.#state = "type";
        continue;
      }
      const byte = chunk[position] ?? 0;
      position += 1;
      if (this.#state === "type") this.#beginLength();
      else if (!this.#takeLengthByte(byte)) return false;
    }
    return true;
  }

  #beginLength(): void {
    this.#state = "length";
    this.#bytesLeft = 0;
    this.#multiplier = 1;
  }

  /** Seven bits a byte, least first, the top bit saying that another follows. */
  #takeLengthByte(byte: number): boolean {
    this.#bytesLeft += (byte & 0x7f) * this.#multiplier;
    this.#multiplier *= 128;
    if (this.#bytesLeft > this.bodyBytesMax) return false;
    if ((byte & 0x80) !== 0) return this.#multiplier <= 128 ** 3;
    this.#state = this.#bytesLeft === 0 ? "type" : "body";
    return true;
  }
}
