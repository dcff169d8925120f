/** `bramble cordon` and `uncordon`: whether a board is given new pods. */
import type { ObjectSession } from "./object-session.ts";
import { type PlainObject, plainObject } from "./plain-object.ts";

const nodes = "/api/v1/nodes";

export async function setSchedulable(session: ObjectSession, board: string, schedulable: boolean): Promise<void> {
  const path = `${nodes}/${encodeURIComponent(board)}`;
  const node = plainObject(await session.ask({ method: "GET", path }));
  const done = schedulable ? "uncordoned" : "cordoned";
  if (isCordoned(node) === !schedulable) {
    session.io.out(`node/${board} already ${done}\n`);
    return;
  }
  const body = { spec: { unschedulable: schedulable ? null : true } };
  await session.ask({ method: "PATCH", path, contentType: "application/merge-patch+json", body });
  session.io.out(`node/${board} ${done}\n`);
}

function isCordoned({ spec }: PlainObject): boolean {
  return typeof spec === "object" && spec !== null && "unschedulable" in spec && spec.unschedulable === true;
}
