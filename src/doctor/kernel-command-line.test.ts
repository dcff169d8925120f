import { describe, expect, it } from "vitest";
import { withMemoryCgroup } from "./kernel-command-line.ts";

const raspberry =
  "console=serial0,115200 console=tty1 root=PARTUUID=544e1b77-02 rootfstype=ext4 fsck.repair=yes rootwait";

describe("withMemoryCgroup", () => {
  it.each([
    ["appends to the line", `${raspberry}\n`, `${raspberry} cgroup_enable=memory cgroup_memory=1\n`],
    ["ends the line where nothing did", raspberry, `${raspberry} cgroup_enable=memory cgroup_memory=1\n`],
    ["adds what is missing only", "a cgroup_memory=1 b\n", "a cgroup_memory=1 b cgroup_enable=memory\n"],
    ["takes out what says the contrary", "a cgroup_disable=memory b\n", "a b cgroup_enable=memory cgroup_memory=1\n"],
    ["leaves later lines, which nobody reads", "a\n# mine\n", "a cgroup_enable=memory cgroup_memory=1\n# mine\n"],
    ["puts nothing before the rest", "a  b \r\n", "a b cgroup_enable=memory cgroup_memory=1\n"],
  ])("%s", (_, text, mended) => {
    expect(withMemoryCgroup(text)).toBe(mended);
    expect(withMemoryCgroup(mended)).toBe(mended);
  });

  it("leaves a line alone that says it already, blanks and all", () => {
    const text = "cgroup_enable=memory  cgroup_memory=1   quiet\n";
    expect(withMemoryCgroup(text)).toBe(text);
  });
});
