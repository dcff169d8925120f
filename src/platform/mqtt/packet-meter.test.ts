import fc from "fast-check";
import { generate } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import { PacketMeter } from "./packet-meter.ts";

function publish(payloadBytes: number): Uint8Array {
  return generate({
    cmd: "publish",
    topic: "t",
    payload: Buffer.alloc(payloadBytes),
    qos: 0,
    dup: false,
    retain: false,
  });
}
/** The topic's length and text before the payload. */
const headerBytes = 3;

describe("PacketMeter", () => {
  it("lets pass what is within its limit, however it is cut up", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300 })), fc.integer({ min: 1, max: 50 }), (sizes, step) => {
        const stream = Buffer.concat(sizes.map(publish));
        const meter = new PacketMeter(300 + headerBytes);
        for (let at = 0; at < stream.length; at += step)
          expect(meter.accept(stream.subarray(at, at + step))).toBe(true);
      }),
    );
  });

  it("stops at the header of the first packet that is too long", () => {
    const meter = new PacketMeter(200 + headerBytes);
    expect(meter.accept(publish(200))).toBe(true);
    expect(meter.accept(publish(201).subarray(0, 3))).toBe(false);
  });

  it("stops at a length that never ends", () => {
    expect(new PacketMeter(2 ** 30).accept(Uint8Array.of(0x30, 0x80, 0x80, 0x80, 0x80, 0x01))).toBe(false);
    expect(new PacketMeter(2 ** 30).accept(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0x7f))).toBe(true);
  });
});
