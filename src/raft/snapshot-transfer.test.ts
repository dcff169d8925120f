import fc from "fast-check";
import { expect, it } from "vitest";
import { runCommand } from "./testing/run-command.ts";
import { ScenarioCluster } from "./testing/scenario-cluster.ts";

const story = [
  "start a,b,c snapshotBytes=500",
  "campaign a",
  "settle",
  "cut c",
  "propose a v w x y z",
  "settle",
  "compact a 6",
  "heal",
  "tick a count=3",
  "deliver",
  "deliver",
  "deliver",
];

const trouble = fc.constantFrom(
  "deliver",
  "deliver",
  "deliver",
  "drop to=c",
  "drop from=c",
  "repeat",
  "reverse",
  "delay type=installSnapshot",
  "delay type=snapshotWanted",
  "release",
  "pass a ticks=9",
  "restart c",
  "propose a more",
  "compact b 2",
);

/** A cluster checks by itself that what it installs is what was sent. */
it("a snapshot arrives as it was made, whatever happens to its parts", () => {
  fc.assert(
    fc.property(fc.array(trouble, { maxLength: 40 }), (troubles) => {
      const cluster = new ScenarioCluster();
      for (const line of [...story, ...troubles, "release", "pass a ticks=60"]) runCommand(cluster, line);
      const [leader, follower] = [cluster.node("a").raft, cluster.node("c").raft];
      expect(follower.commitIndex).toBe(leader.commitIndex);
      expect(follower.assembly).toBeUndefined();
    }),
  );
});
