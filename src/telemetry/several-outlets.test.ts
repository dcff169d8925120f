import { expect, it } from "vitest";
import { SharedOutlet } from "../platform/mqtt/shared/shared-outlet.ts";
import { severalOutlets } from "./several-outlets.ts";

function publisher() {
  const said: string[] = [];
  const note = (topic: string, payload: Uint8Array) =>
    said.push(`${topic} ${new TextDecoder().decode(payload)}`.trim());
  return { said, publishRetained: note, publish: (topic: string, payload: Uint8Array) => note(topic, payload) > 0 };
}

it("tells each place that is heard, each state once, and all of it again to one that begins to be heard", () => {
  const [first, second] = [publisher(), publisher()];
  const [one, other] = [new SharedOutlet(first), new SharedOutlet(second)];
  const all = severalOutlets([one, other]);
  const heard: boolean[] = [];
  all.onHeard((isHeard) => {
    heard.push(isHeard);
    if (isHeard) all.retain("fleet", "well");
  });
  all.retain("fleet", "nobody hears");
  one.setSpeaking(true);
  all.retain("fleet", "well");
  all.tell("events", "news");
  other.setSpeaking(true);
  all.retain("fleet", undefined);
  one.setSpeaking(false);
  all.retain("fleet", "ill");
  other.setSpeaking(false);
  expect(first.said).toEqual(["fleet well", "events news", "fleet"]);
  expect(second.said).toEqual(["fleet well", "fleet", "fleet well", "fleet ill"]);
  expect(heard).toEqual([true, true, true, false]);
});
