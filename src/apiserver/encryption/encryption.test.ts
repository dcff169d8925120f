import { beforeEach, describe, expect, it } from "vitest";
import { SingleVoterStore } from "../../../test/support/single-voter-store.ts";
import { silentLogger } from "../../lib/logger.ts";
import { eventually } from "../../lib/testing/eventually.ts";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import type { VoterId } from "../../replication/ports.ts";
import { EncryptedStore } from "./encrypted-store.ts";
import { encryptionStatus } from "./encryption-status.ts";
import { followKeys } from "./follow-keys.ts";
import { Keyring, newEncryptionKey, parseKeyring } from "./keyring.ts";
import { ensurePrimary, readPrimary } from "./primary-key.ts";
import { rotateKey } from "./rotate-key.ts";
import { decryptValue, encryptValue, keyIdOf } from "./value-cipher.ts";

const key = newEncryptionKey();
const place = "/registry/core/secrets/default/s";
const plain = '{"data":{"password":"cGxhaW4="}}';

let raw: SingleVoterStore;
let file: string;
const keyringOf = (...keys: (typeof key)[]) =>
  new Keyring(keys, async (text) => {
    file = text;
  });
const put = (store: Pick<EncryptedStore, "transact">, at: string, value: string) =>
  store.transact({ compares: [], mutations: [{ type: "put", key: at, value }] });

beforeEach(async () => {
  raw = await SingleVoterStore.open();
  file = "";
});

describe("a value", () => {
  it("opens with its key and at its place alone", () => {
    const sealed = encryptValue(place, plain, key);
    expect(sealed).not.toContain("password");
    expect(keyIdOf(sealed)).toBe(key.id);
    expect(decryptValue(place, sealed, keyringOf(key))).toBe(plain);
    expect(() => decryptValue(`${place}2`, sealed, keyringOf(key))).toThrow(/changed or moved/);
    expect(() => decryptValue(place, sealed, keyringOf())).toThrow(/lacks the encryption key/);
    expect(() => decryptValue(place, sealed, keyringOf({ ...newEncryptionKey(), id: key.id }))).toThrow(/changed/);
  });

  it("is never the same text twice", () => {
    expect(encryptValue(place, plain, key)).not.toBe(encryptValue(place, plain, key));
  });
});

describe("the encrypted store", () => {
  it.each([place, "/bramble/ca", "/bramble/service-account-key"])(
    "keeps %s as ciphertext, and gives it back",
    async (at) => {
      const store = new EncryptedStore(raw, keyringOf(key));
      await put(store, at, plain);
      expect((await raw.reader.get(at))?.value).not.toContain("password");
      expect((await store.reader.get(at))?.value).toBe(plain);
      expect((await store.reader.range({ prefix: "/" })).items.map(({ value }) => value)).toEqual([plain]);
    },
  );

  it("leaves what is not confidential as it is", async () => {
    const store = new EncryptedStore(raw, keyringOf(key));
    await put(store, "/registry/core/configmaps/default/c", plain);
    expect((await raw.reader.get("/registry/core/configmaps/default/c"))?.value).toBe(plain);
  });

  it("shows watches what was and what is", async () => {
    const store = new EncryptedStore(raw, keyringOf(key));
    const after = store.reader.revision;
    await put(store, place, "one");
    await put(store, place, "two");
    const { signal } = new AbortController();
    const events = [];
    for await (const batch of store.reader.watch({ prefix: "/registry/core/secrets/", after, signal })) {
      events.push(...batch.events);
      if (events.length === 2) break;
    }
    expect(events).toMatchObject([{ value: "one" }, { value: "two", previous: "one" }]);
  });

  it("reads what was written before the fleet had keys", async () => {
    await put(raw, place, plain);
    expect((await new EncryptedStore(raw, keyringOf(key)).reader.get(place))?.value).toBe(plain);
  });

  it("writes nothing in the clear on a voter that lost its keys", async () => {
    await ensurePrimary(raw, keyringOf(key));
    await expect(put(new EncryptedStore(raw, keyringOf()), place, plain)).rejects.toThrow(/lacks the encryption key/);
  });
});

it("a voter without the fleet's key is told so, at its start or when it hears of it", async () => {
  const clock = new VirtualClock();
  const ending = new AbortController();
  const missing: string[] = [];
  const self = "b1.00000001" as VoterId;
  const options = {
    store: raw,
    self,
    keyring: keyringOf(),
    onMissing: (id: string) => missing.push(id),
    clock,
    log: silentLogger,
  };
  const following = followKeys(options, ending.signal);
  await ensurePrimary(raw, keyringOf(key));
  await eventually("it is told", () => missing.length === 1);
  expect(missing).toEqual([key.id]);
  ending.abort();
  await following;
});

describe("a change of keys", () => {
  it("reaches every voter's file, rewrites everything, and keeps the old key until the next one", async () => {
    const clock = new VirtualClock();
    const keyring = keyringOf(key);
    const store = new EncryptedStore(raw, keyring);
    await ensurePrimary(raw, keyring);
    await put(store, place, plain);
    await put(store, "/bramble/ca", "the CA's key");
    const ending = new AbortController();
    const following = followKeys(
      { store: raw, self: "b1.00000001" as VoterId, keyring, onMissing: () => {}, clock, log: silentLogger },
      ending.signal,
    );
    const rotate = async () => {
      const turning = rotateKey({ store: raw, keyring, clock });
      await eventually("the key is handed over", async () => {
        clock.advance(100);
        return (await Promise.race([turning, undefined])) !== undefined;
      });
      return turning;
    };

    const voter = { id: "b1.00000001", node: "b1" };
    const before = { keyId: key.id, isRotating: false, values: 2, outdated: 0, voters: [voter] };
    expect(await encryptionStatus(raw)).toEqual(before);
    const first = await rotate();
    const after = { ...before, keyId: first.keyId, voters: [{ ...voter, tookOver: first.keyId }] };
    expect(await encryptionStatus(raw)).toEqual(after);
    expect(first.rewritten).toBe(2);
    expect(await readPrimary(raw.reader)).toBe(first.keyId);
    expect(keyIdOf((await raw.reader.get(place))?.value ?? "")).toBe(first.keyId);
    expect((await store.reader.get(place))?.value).toBe(plain);
    expect(parseKeyring(file).map(({ id }) => id)).toEqual([key.id, first.keyId]);

    const second = await rotate();
    expect(parseKeyring(file).map(({ id }) => id)).toEqual([first.keyId, second.keyId]);
    expect((await store.reader.get("/bramble/ca"))?.value).toBe("the CA's key");
    ending.abort();
    await following;
  });

  it("waits for a voter that is away, and says which", async () => {
    const clock = new VirtualClock();
    const keyring = keyringOf(key);
    await ensurePrimary(raw, keyring);
    let refusal = "";
    void rotateKey({ store: raw, keyring, clock }).catch((error: Error) => {
      refusal = error.message;
    });
    await eventually("it gives up", async () => {
      clock.advance(10_000);
      return refusal !== "";
    });
    expect(refusal).toMatch(/voters "b1".*see that it runs/);
    expect(await encryptionStatus(raw)).toMatchObject({ keyId: key.id, isRotating: true });
  });
});
