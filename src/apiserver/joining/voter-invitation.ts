import type { StoreKey } from "../../store/types.ts";

/** Boards that the administrator wants as voters; outside what the API serves, so that only its own command writes it. */
export const invitationPrefix: StoreKey = "/bramble/voter-invitations/";

export function invitationKey(node: string): StoreKey {
  return `${invitationPrefix}${node}`;
}
