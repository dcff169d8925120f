/** Holds what is read of a connection to a meter: its first packet that is too long is the last of it. */
import type { Duplex } from "node:stream";
import type { PacketMeter } from "./packet-meter.ts";

/** A client did what no client of ours does. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}

/** Cuts the connection off at the header of the first packet that is too long. */
export function meterReads(stream: Duplex, meter: PacketMeter): void {
  const read = stream.read.bind(stream);
  stream.read = (size?: number) => {
    const chunk: unknown = read(size);
    if (!(chunk instanceof Uint8Array) || meter.accept(chunk)) return chunk;
    stream.destroy(new Refusal(`a packet is longer than ${meter.bodyBytesMax} bytes`));
    return null;
  };
}
