import { z } from "zod";
import { define, definitionPrefix, mapOf, text, textList } from "../../meta/schema.ts";

/** What an authenticator knows of somebody besides name and groups. */
export const extra = mapOf(z.array(z.string())).optional();

export const userInfoSchema = define(
  `${definitionPrefix.authentication}.UserInfo`,
  "Who somebody is.",
  { username: text, uid: text, groups: textList, extra },
  { username: "The name that bindings grant roles to.", groups: "The groups that the user is in." },
);
export type UserInfo = z.infer<typeof userInfoSchema>;
