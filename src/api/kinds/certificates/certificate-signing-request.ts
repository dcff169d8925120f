import type { z } from "zod";
import { defineResource } from "../../define-resource.ts";
import { conditionStatusSchema } from "../../meta/condition.ts";
import { objectMetaSchema } from "../../meta/object-meta.ts";
import { bytes, define, definitionPrefix, int32, mapList, requiredText, text, textList } from "../../meta/schema.ts";
import { time } from "../../meta/time.ts";
import { typeMeta } from "../../meta/type-meta.ts";
import { ageColumn, nameColumn } from "../../printing.ts";
import type { Resource } from "../../resource.ts";
import { extra } from "../authentication/user-info.ts";
import { validateSigningRequest, validateSigningRequestUpdate } from "./validate-signing-request.ts";

const prefix = definitionPrefix.certificates;

const specSchema = define(
  `${prefix}.CertificateSigningRequestSpec`,
  "What shall be certified, and who asks.",
  {
    request: bytes,
    signerName: requiredText,
    expirationSeconds: int32,
    usages: textList,
    username: text,
    uid: text,
    groups: textList,
    extra,
  },
  {
    request: "The request as PEM (PKCS #10) in base64.",
    signerName: "Who is to sign: `kubernetes.io/kube-apiserver-client`.",
    expirationSeconds: "How long the certificate should be valid.",
    usages: "What the certificate is for.",
    username: "Who asks; set by the server.",
    groups: "The groups of who asks; set by the server.",
  },
);

const statusSchema = define(
  `${prefix}.CertificateSigningRequestStatus`,
  "What has become of the request.",
  {
    conditions: mapList(
      define(
        `${prefix}.CertificateSigningRequestCondition`,
        "A fact about the request.",
        {
          type: requiredText,
          status: conditionStatusSchema.default("True"),
          reason: text,
          message: text,
          lastUpdateTime: time,
          lastTransitionTime: time,
        },
        { type: "Approved, Denied or Failed." },
      ),
      "type",
    ).optional(),
    certificate: bytes.optional(),
  },
  { certificate: "The certificate as PEM in base64." },
);

const certificateSigningRequestSchema = define(
  `${prefix}.CertificateSigningRequest`,
  "Asks for a certificate.",
  {
    ...typeMeta("certificates.k8s.io/v1", "CertificateSigningRequest"),
    metadata: objectMetaSchema,
    spec: specSchema,
    status: statusSchema.default({}),
  },
  { spec: "What shall be certified.", status: "What has become of it." },
);
export type CertificateSigningRequest = z.infer<typeof certificateSigningRequestSchema>;

export const certificateSigningRequestResource: Resource<CertificateSigningRequest> =
  defineResource<CertificateSigningRequest>({
    group: "certificates.k8s.io",
    version: "v1",
    kind: "CertificateSigningRequest",
    plural: "certificatesigningrequests",
    shortNames: ["csr"],
    namespaced: false,
    schema: certificateSigningRequestSchema,
    subresources: ["approval"],
    columns: [
      nameColumn,
      ageColumn,
      { name: "SignerName", description: "Who is to sign.", cell: ({ spec }) => spec.signerName },
      { name: "Requestor", description: "Who asks.", cell: ({ spec }) => spec.username ?? "" },
      { name: "Condition", description: "What has become of it.", cell: conditionText },
    ],
    fields: { "spec.signerName": ({ spec }) => spec.signerName },
    initialStatus: () => ({}),
    validate: validateSigningRequest,
    validateUpdate: validateSigningRequestUpdate,
  });

/** `Approved,Issued` */
function conditionText({ status: { conditions = [], certificate } }: CertificateSigningRequest): string {
  const types = new Set(conditions.map(({ type }) => type));
  const words = ["Approved", "Denied"].filter((type) => types.has(type));
  // A denial outweighs an approval.
  const decided = types.has("Denied") ? ["Denied"] : words;
  const shown = decided.length === 0 ? ["Pending"] : decided;
  return [...shown, ...(types.has("Failed") ? ["Failed"] : []), ...(certificate === undefined ? [] : ["Issued"])].join(
    ",",
  );
}
