import { expect, it } from "vitest";
import { secretResource } from "../../api/kinds/secret.ts";
import { parseOrRefuse } from "../../api/parse-object.ts";
import { checkToken, credentialOf } from "./check-token.ts";

const type = "bootstrap.kubernetes.io/token";
const encoded = (texts: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString("base64")]));

it.each(["", ".", "aaaaaa.", ".0123456789abcdef", "aaaaaa.                "])(
  "4: the empty token %j is none, before anything is looked up",
  (token) => {
    expect(() => credentialOf(token)).toThrow(expect.objectContaining({ code: 401 }));
  },
);

it.each([
  ["nothing", {}],
  ["an id alone", { "token-id": "aaaaaa" }],
  ["an empty secret", { "token-id": "aaaaaa", "token-secret": "" }],
])("4: a Secret that holds %s as its token admits nobody", (_, texts) => {
  const data = encoded({ ...texts, "usage-bramble-board": "true" });
  const secret = parseOrRefuse(secretResource, { metadata: { name: "bootstrap-token-aaaaaa" }, type, data });
  const credential = credentialOf("aaaaaa.0123456789abcdef");
  expect(() => checkToken(credential, "board", secret, 0)).toThrow(expect.objectContaining({ code: 401 }));
});
