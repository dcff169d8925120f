/** An idle fleet writes nothing, so a voter that comes back may have nothing to apply: it reads all the same. */
import { afterEach, expect, it } from "vitest";
import { type TrioVoter, VoterTrio } from "./testing/voter-trio.ts";

const trio = new VoterTrio({});

afterEach(async () => {
  for (const voter of trio.voters) await trio.stop(voter);
});

async function readsThrough(voter: TrioVoter): Promise<void> {
  let outcome: unknown = "waits";
  voter.store?.readBarrier().then(
    () => {
      outcome = "read";
    },
    (error: unknown) => {
      outcome = error;
    },
  );
  await trio.until(() => outcome !== "waits");
  expect(outcome).toBe("read");
}

it("a follower whose checkpoint holds everything reads before anybody writes again", async () => {
  await trio.startAll();
  const follower = trio.voters.find(({ store }) => store?.leadership.role === "follower");
  if (follower === undefined) throw new Error("two of three follow");
  await trio.write(follower, 10);
  // In order: its checkpoint is as new as the log.
  await trio.stop(follower);
  await trio.start(follower);
  await trio.pass(1_000);
  await readsThrough(follower);
});
