/** Kinds that are asked and never stored: who somebody is, and what he may do. */
import { ApiError } from "../../../api/api-error.ts";
import type { Identity } from "../../../api/exchange.ts";
import {
  selfSubjectReviewIn,
  selfSubjectReviewResource,
} from "../../../api/kinds/authentication/self-subject-review.ts";
import { type TokenReview, tokenReviewResource } from "../../../api/kinds/authentication/token-review.ts";
import type { UserInfo } from "../../../api/kinds/authentication/user-info.ts";
import { selfSubjectAccessReviewResource } from "../../../api/kinds/authorization/self-subject-access-review.ts";
import { selfSubjectRulesReviewResource } from "../../../api/kinds/authorization/self-subject-rules-review.ts";
import {
  localSubjectAccessReviewResource,
  subjectAccessReviewResource,
} from "../../../api/kinds/authorization/subject-access-review.ts";
import type { ApiObject } from "../../../api/meta/object-meta.ts";
import { parseOrRefuse } from "../../../api/parse-object.ts";
import { qualifiedPlural, type Resource } from "../../../api/resource.ts";
import type { VerbRequest } from "../../verbs/verb-context.ts";
import type { Access } from "../create-access.ts";
import { reviewAccess, subjectAsked } from "./review-access.ts";
import { reviewRules } from "./review-rules.ts";

type Asked = Pick<VerbRequest, "resource" | "namespace" | "body" | "identity">;

/** The review with its `status`. Throws `ApiError`: 400, 404 where no such review is served, or 422. */
export async function answerReview(access: Access, request: Asked): Promise<ApiObject & { readonly status?: unknown }> {
  const { identity } = request;
  const { authorizer } = access;
  switch (qualifiedPlural(request.resource)) {
    case qualifiedPlural(selfSubjectReviewResource): {
      const review = asked(selfSubjectReviewIn(request.resource.version), request);
      return { ...review, status: { userInfo: userInfo(identity) } };
    }
    case qualifiedPlural(tokenReviewResource):
      return reviewToken(access, asked(tokenReviewResource, request));
    case qualifiedPlural(selfSubjectAccessReviewResource): {
      const review = asked(selfSubjectAccessReviewResource, request);
      return { ...review, status: await reviewAccess(authorizer, identity, review.spec) };
    }
    case qualifiedPlural(subjectAccessReviewResource): {
      const review = asked(subjectAccessReviewResource, request);
      return { ...review, status: await reviewAccess(authorizer, subjectAsked(review.spec), review.spec) };
    }
    case qualifiedPlural(localSubjectAccessReviewResource): {
      const review = asked(localSubjectAccessReviewResource, request);
      return { ...review, status: await reviewAccess(authorizer, subjectAsked(review.spec), review.spec) };
    }
    case qualifiedPlural(selfSubjectRulesReviewResource): {
      const review = asked(selfSubjectRulesReviewResource, request);
      const { namespace = "" } = review.spec;
      if (namespace === "") throw ApiError.badRequest("no namespace on request: set spec.namespace");
      return { ...review, status: reviewRules(await access.policy(), identity, namespace) };
    }
    default:
      throw ApiError.noSuchPath();
  }
}

/** Reviews have no names; those of a namespace are in the one of the path. */
function asked<T extends ApiObject>(resource: Resource<T>, { body, namespace }: Asked): T {
  const parsed = parseOrRefuse(resource, body);
  const { metadata } = parsed;
  if (resource.namespaced && metadata.namespace !== undefined && metadata.namespace !== namespace) {
    throw ApiError.badRequest(
      `the namespace of the object (${metadata.namespace}) does not match the namespace on the URL (${namespace})`,
    );
  }
  const review = resource.namespaced ? { ...parsed, metadata: { ...metadata, namespace } } : parsed;
  const causes = resource.validate(review);
  if (causes.length > 0) throw ApiError.invalid(resource, metadata.name, causes);
  return review;
}

async function reviewToken({ tokens }: Access, review: TokenReview): Promise<TokenReview> {
  const { token = "", audiences = [] } = review.spec;
  const found = await (audiences.length === 0 ? tokens.read(token) : tokens.read(token, audiences));
  const status: TokenReview["status"] =
    found === undefined
      ? { user: {}, error: "the token is invalid, has expired, or is not for these audiences" }
      : { authenticated: true, user: userInfo(found.identity), audiences: [...found.audiences] };
  return { ...review, status };
}

function userInfo({ user, groups, uid, extra }: Identity): UserInfo {
  return {
    username: user,
    groups: [...groups],
    ...(uid !== undefined && { uid }),
    ...(extra !== undefined && {
      extra: Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]])),
    }),
  };
}
