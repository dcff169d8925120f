/** The body of `POST …/serviceaccounts/<name>/token` and its answer. */
import { z } from "zod";
import { objectMetaSchema } from "../../meta/object-meta.ts";
import { define, definitionPrefix, int64Value, text } from "../../meta/schema.ts";
import { time } from "../../meta/time.ts";
import { typeMeta } from "../../meta/type-meta.ts";
import { type Cause, invalid } from "../../validation/cause.ts";

const prefix = definitionPrefix.authentication;
const secondsMin = 10 * 60;
const secondsMax = 2 ** 32;

const tokenRequestSpecSchema = define(
  `${prefix}.TokenRequestSpec`,
  "What the token is for.",
  {
    audiences: z.array(z.string()).default([]),
    expirationSeconds: int64Value.default(3600),
    boundObjectRef: define(`${prefix}.BoundObjectReference`, "A Pod, a Secret or a Node that the token lives with.", {
      kind: text,
      apiVersion: text,
      name: text,
      uid: text,
    }).optional(),
  },
  {
    audiences: "Who is to accept the token; the API itself where empty.",
    expirationSeconds: "How long the token is to be valid.",
    boundObjectRef: "The token ends with this object.",
  },
);

export const tokenRequestSchema = define(
  `${prefix}.TokenRequest`,
  "Asks for a token of a service account.",
  {
    ...typeMeta("authentication.k8s.io/v1", "TokenRequest"),
    metadata: objectMetaSchema.prefault({}),
    spec: tokenRequestSpecSchema.prefault({}),
    status: define(`${prefix}.TokenRequestStatus`, "The token.", {
      token: z.string(),
      expirationTimestamp: time,
    }).optional(),
  },
  { spec: "What is asked for.", status: "The answer." },
);
export type TokenRequest = z.infer<typeof tokenRequestSchema>;

export function validateTokenRequest({ spec: { expirationSeconds } }: TokenRequest): Cause[] {
  const path = "spec.expirationSeconds";
  if (expirationSeconds < secondsMin)
    return [invalid(path, expirationSeconds, "may not specify a duration less than 10 minutes")];
  if (expirationSeconds > secondsMax)
    return [invalid(path, expirationSeconds, "may not specify a duration larger than 2^32 seconds")];
  return [];
}
