/** Who is who and who may do what, put together from their parts. */
import type { TokenReader } from "../authentication/authenticate.ts";
import { type Authorizer, firstOpinion, mastersAuthorizer } from "./authorizer.ts";

/** What it takes to let a request in. */
export interface Access {
  readonly readToken: TokenReader;
  readonly authorizer: Authorizer;
}

/** Clients within the process are part of the fleet and do not pass here. */
export function createAccess(): Access {
  return { readToken: async () => undefined, authorizer: firstOpinion([mastersAuthorizer]) };
}
