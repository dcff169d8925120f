import { describe, expect, it } from "vitest";
import { mountsBelow, parseMountTable } from "./mount-table.ts";

const mountinfo = `22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
40 27 0:35 / /data/a\\040b rw,nosuid shared:5 master:2 - tmpfs tmpfs rw,mode=755
41 40 254:0 /srv//deleted /data/a\\040b/in\\134side rw master:1 - ext4 /dev/vda rw
42 27 0:36 / /database rw - tmpfs tmpfs rw
`;

describe("the table of mounts", () => {
  it("is read with blanks and backslashes as they are, and whether a mount is shared", () => {
    expect(parseMountTable(mountinfo)).toEqual([
      { path: "/proc", isShared: false },
      { path: "/", isShared: true },
      { path: "/data/a b", isShared: true },
      { path: "/data/a b/in\\side", isShared: false },
      { path: "/database", isShared: false },
    ]);
  });

  it.each([
    ["/data", ["/data/a b/in\\side", "/data/a b"]],
    ["/data/a b", ["/data/a b/in\\side"]],
    ["/", ["/data/a b/in\\side", "/data/a b", "/database", "/proc"]],
    ["/data/a", []],
  ])("has what is below %s, the innermost first", (directory, paths) => {
    expect(mountsBelow(directory, parseMountTable(mountinfo)).map(({ path }) => path)).toEqual(paths);
  });
});
