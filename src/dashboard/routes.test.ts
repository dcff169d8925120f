import { describe, expect, it } from "vitest";
import { hrefOf, type Route, routeOf } from "./routes.ts";

describe("an address", () => {
  it.each<[Route, string]>([
    [{ view: "fleet" }, "#/fleet"],
    [{ view: "board", node: "pi 1/2" }, "#/boards/pi%201%2F2"],
    [
      { view: "workload", namespace: "default", resource: "daemonsets", name: "hello" },
      "#/workloads/default/daemonsets/hello",
    ],
    [{ view: "pod", namespace: "default", name: "hello-x", tab: "terminal" }, "#/pods/default/hello-x/terminal"],
    [{ view: "attention" }, "#/attention"],
  ])("of %o is %s, and is read back", (route, href) => {
    expect(hrefOf(route)).toBe(href);
    expect(routeOf(href)).toEqual(route);
  });

  it.each(["", "#", "#/", "#/nowhere", "#/boards/", "#/boards/%E0%A4%A"])(
    "that leads nowhere, like %j, is the fleet's",
    (hash) => {
      expect(routeOf(hash)).toEqual({ view: "fleet" });
    },
  );
});
