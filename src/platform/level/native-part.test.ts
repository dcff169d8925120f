import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { placeProgram } from "./native-part.ts";

const bytes = Buffer.from("a native part");
let data = "";
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "bramble-native-"));
});
afterEach(() => rmSync(data, { recursive: true }));

describe("a native part", () => {
  it("is placed where nobody else can change it", () => {
    const path = placeProgram(join(data, "native"), "part.node", bytes);
    expect(readFileSync(path)).toEqual(bytes);
    expect(statSync(join(data, "native")).mode & 0o777).toBe(0o700);
    expect(statSync(path).mode & 0o777).toBe(0o500);
  });

  it("is not written again while it is what it was", () => {
    const path = placeProgram(join(data, "native"), "part.node", bytes);
    const { ino } = statSync(path);
    placeProgram(join(data, "native"), "part.node", bytes);
    expect(statSync(path).ino).toBe(ino);
  });

  it.each([
    ["another version's", (path: string) => writeFileSync(path, "an older part")],
    ["cut short by a loss of power", (path: string) => writeFileSync(path, "")],
    ["a link to somewhere else", (path: string) => symlinkSync("/etc/hostname", path)],
  ])("is written anew where there is one that is %s", (_, spoil) => {
    const directory = join(data, "native");
    mkdirSync(directory);
    spoil(join(directory, "part.node"));
    writeFileSync(join(directory, "part.node.new"), "left by an earlier attempt");
    const path = placeProgram(directory, "part.node", bytes);
    expect(lstatSync(path).isFile()).toBe(true);
    expect(readFileSync(path)).toEqual(bytes);
  });

  it("closes a directory that was open to others", () => {
    const directory = join(data, "native");
    mkdirSync(directory);
    chmodSync(directory, 0o777);
    placeProgram(directory, "part.node", bytes);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
  });
});
