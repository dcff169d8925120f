/** What a ServiceAccount's token says: whose it is, for whom, until when, and with which object it ends. */
import { z } from "zod";

/** Who has signed; at the same time the audience of tokens that are for the API itself. */
export const issuer = "https://kubernetes.default.svc.cluster.local";

const objectClaimSchema = z.object({ name: z.string().min(1), uid: z.string().min(1) });
export type ObjectClaim = z.infer<typeof objectClaimSchema>;

/** Kubernetes' own claims, besides the registered ones (RFC 7519, section 4.1) that verifying has checked. */
export const tokenClaimsSchema = z.object({
  sub: z.string(),
  aud: z.union([z.string().transform((audience) => [audience]), z.array(z.string())]),
  exp: z.number(),
  jti: z.string().optional(),
  "kubernetes.io": z.object({
    namespace: z.string().min(1),
    serviceaccount: objectClaimSchema,
    pod: objectClaimSchema.optional(),
    secret: objectClaimSchema.optional(),
    node: objectClaimSchema.optional(),
  }),
});
export type TokenClaims = z.infer<typeof tokenClaimsSchema>;
