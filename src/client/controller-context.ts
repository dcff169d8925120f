/** What the leader's controllers share: one client, one watch a kind, one clock. */
import type { ApiClient } from "./api-client.ts";
import type { Surroundings } from "./controller.ts";
import type { SharedInformers } from "./shared-informers.ts";

export interface ControllerContext extends Surroundings {
  readonly client: ApiClient;
  readonly informers: SharedInformers;
}
