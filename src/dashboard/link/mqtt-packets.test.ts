import { generate, parser } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import {
  connectPacket,
  disconnectPacket,
  type Incoming,
  PacketReader,
  pingPacket,
  subscribePacket,
} from "./mqtt-packets.ts";

/** As the reference implementation reads it. */
function readBack(bytes: Uint8Array): object {
  const packets: object[] = [];
  const reading = parser({ protocolVersion: 4 });
  reading.on("packet", (packet) => packets.push(packet));
  reading.parse(Buffer.from(bytes));
  return packets[0] ?? {};
}

describe("what a reader sends", () => {
  it("is understood by the reference implementation", () => {
    const password = `${"x".repeat(900)}ü`;
    const connect = connectPacket({ clientId: "dashboard-1", user: "dashboard", password, keepAliveSeconds: 20 });
    expect(readBack(connect)).toMatchObject({
      ...{ cmd: "connect", protocolId: "MQTT", protocolVersion: 4, clean: true, keepalive: 20 },
      ...{ clientId: "dashboard-1", username: "dashboard", password: Buffer.from(password) },
    });
    const filters = ["bramble/home/telemetry/v1/#", "bramble/home/telemetry/v1/nodes/+/+"];
    expect(readBack(subscribePacket(7, filters))).toMatchObject({
      ...{ cmd: "subscribe", messageId: 7 },
      subscriptions: filters.map((topic) => ({ topic, qos: 0 })),
    });
    expect(readBack(pingPacket())).toMatchObject({ cmd: "pingreq" });
    expect(readBack(disconnectPacket())).toMatchObject({ cmd: "disconnect" });
  });
});

describe("what a reader is sent", () => {
  const publish = (payload: string, retain: boolean, qos: 0 | 1 = 0) =>
    generate({ cmd: "publish", topic: "a/b", payload, retain, qos, dup: false, ...(qos === 1 && { messageId: 3 }) });
  const bytes = Buffer.concat([
    generate({ cmd: "connack", returnCode: 5, sessionPresent: false }),
    generate({ cmd: "suback", messageId: 7, granted: [0, 128] }),
    publish("grün", true),
    publish("y".repeat(20_000), false),
    publish("once", false, 1),
    publish("", true),
    generate({ cmd: "pingresp" }),
    generate({ cmd: "puback", messageId: 3 }),
  ]);
  const expected: readonly Incoming[] = [
    { type: "connack", code: 5 },
    { type: "suback", id: 7, codes: [0, 128] },
    { type: "publish", topic: "a/b", payload: "grün", isRetained: true },
    { type: "publish", topic: "a/b", payload: "y".repeat(20_000), isRetained: false },
    { type: "publish", topic: "a/b", payload: "once", isRetained: false },
    { type: "publish", topic: "a/b", payload: "", isRetained: true },
    { type: "pingresp" },
    { type: "other" },
  ];

  it.each([1, 2, 7, 1000, bytes.length])("is read whole from pieces of %i bytes", (size) => {
    const reader = new PacketReader();
    const read: Incoming[] = [];
    for (let at = 0; at < bytes.length; at += size) read.push(...reader.read(bytes.subarray(at, at + size)));
    expect(read).toEqual(expected);
  });

  it("is refused where it says a length that no packet has", () => {
    expect(() => new PacketReader().read(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0xff, 0x01))).toThrow(RangeError);
  });
});
