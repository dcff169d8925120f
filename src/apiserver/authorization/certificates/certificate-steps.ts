/** Requests for certificates: who asks is what the server knows, and who decides needs the right to that signer. */
import { ApiError } from "../../../api/api-error.ts";
import {
  type CertificateSigningRequest,
  certificateSigningRequestResource,
} from "../../../api/kinds/certificates/certificate-signing-request.ts";
import type { ApiObject } from "../../../api/meta/object-meta.ts";
import { sameJson } from "../../../lib/same-json.ts";
import type { AdmissionContext, AdmissionRequest, MutatingStep, ValidatingStep } from "../../admission/admission.ts";
import type { ResourceAttributes } from "../request-attributes.ts";

const { group, version } = certificateSigningRequestResource;

/** Whatever a client says of itself is replaced. */
export const nameRequester: MutatingStep = async (_context, { operation, subresource, object, identity }) => {
  if (operation !== "CREATE" || subresource !== undefined || !isSigningRequest(object)) return object;
  const { user, groups, uid, extra } = identity;
  const spec = { ...object.spec, username: user, groups: [...groups], uid, extra: mutableExtra(extra) };
  return { ...object, spec };
};

/** Approving and signing are rights to a signer, besides those to the request. */
export const requireSignerRight: ValidatingStep = async (context, request) => {
  const { operation, subresource, object, oldObject } = request;
  if (operation !== "UPDATE" || object === undefined || oldObject === undefined) return undefined;
  if (!isSigningRequest(object) || !isSigningRequest(oldObject)) return undefined;
  if (subresource === "approval") await requireRight(context, request, "approve", object.spec.signerName);
  const isDecided = !sameJson(object.status, oldObject.status);
  if (subresource === "status" && isDecided) await requireRight(context, request, "sign", object.spec.signerName);
  return undefined;
};

/** A right to `example.com/*` is one to every signer of that domain. Throws `ApiError` (403). */
async function requireRight(
  { access }: AdmissionContext,
  { identity, resource, name }: AdmissionRequest,
  verb: "approve" | "sign",
  signer: string,
): Promise<void> {
  const [domain = ""] = signer.split("/");
  for (const signerName of [signer, `${domain}/*`]) {
    const core = { type: "resource", group, version, resource: "signers", subresource: "", namespace: "" } as const;
    const asked: ResourceAttributes = { ...core, verb, name: signerName, fields: new Map() };
    if ((await access.authorizer.authorize(identity, asked)).type === "allowed") return;
  }
  throw ApiError.forbidden(resource, name, `user not permitted to ${verb} requests with signerName "${signer}"`);
}

function mutableExtra(extra: AdmissionRequest["identity"]["extra"]): Record<string, string[]> | undefined {
  if (extra === undefined) return undefined;
  return Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]]));
}

function isSigningRequest(object: ApiObject): object is CertificateSigningRequest {
  return object.kind === "CertificateSigningRequest";
}
