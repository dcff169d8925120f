/** SubjectAccessReview and its kin: whether somebody may do something (`kubectl auth can-i`). */
import type { Identity } from "../../../api/exchange.ts";
import type {
  AccessReviewStatus,
  NonResourceAttributes as PathQuestion,
  ResourceAttributes as ResourceQuestion,
} from "../../../api/kinds/authorization/access-attributes.ts";
import type { Authorizer } from "../authorizer.ts";
import type { RequestAttributes } from "../request-attributes.ts";

interface Question {
  readonly resourceAttributes?: ResourceQuestion | undefined;
  readonly nonResourceAttributes?: PathQuestion | undefined;
}

interface Subject {
  readonly user?: string | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly uid?: string | undefined;
  readonly extra?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** The answer to a question that its kind has found valid. */
export async function reviewAccess(
  authorizer: Authorizer,
  identity: Identity,
  question: Question,
): Promise<AccessReviewStatus> {
  const { type, reason } = await authorizer.authorize(identity, attributesAsked(question));
  return {
    allowed: type === "allowed",
    ...(type === "denied" && { denied: true }),
    ...(reason !== "" && { reason }),
  };
}

/** Somebody who is only spoken of: no groups are added to those that the question names. */
export function subjectAsked({ user = "", groups = [], uid, extra }: Subject): Identity {
  return { user, groups, ...(uid !== undefined && { uid }), ...(extra !== undefined && { extra }) };
}

function attributesAsked({ resourceAttributes, nonResourceAttributes }: Question): RequestAttributes {
  if (resourceAttributes === undefined) {
    const { verb = "", path = "" } = nonResourceAttributes ?? {};
    return { type: "path", verb, path };
  }
  const { verb = "", group = "", version = "", resource = "", subresource = "" } = resourceAttributes;
  const { namespace = "", name = "" } = resourceAttributes;
  const fields = requiredFields(resourceAttributes);
  return { type: "resource", verb, group, version, resource, subresource, namespace, name, fields };
}

function requiredFields({ fieldSelector }: ResourceQuestion): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const { key, operator, values = [] } of fieldSelector?.requirements ?? []) {
    const [value, ...others] = values;
    if (operator === "In" && value !== undefined && others.length === 0) fields.set(key, value);
  }
  return fields;
}
