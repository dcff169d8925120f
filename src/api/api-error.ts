/** Refusals of the API: a closed set of reasons, each with its status code, rendered as a `Status` in one place. */
import type { ApiStatus } from "./meta/status.ts";
import { apiStatusSchema } from "./meta/status.ts";
import { type Cause, causesText } from "./validation/cause.ts";

/** Every reason of a refusal and its HTTP status code. */
const statusCodes = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  AlreadyExists: 409,
  Conflict: 409,
  Expired: 410,
  Gone: 410,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  Invalid: 422,
  TooManyRequests: 429,
  InternalError: 500,
  ServerTimeout: 500,
  ServiceUnavailable: 503,
  Timeout: 504,
} as const;
export type StatusReason = keyof typeof statusCodes;

interface KindName {
  readonly group: string;
  readonly kind: string;
}

interface PluralName {
  readonly group: string;
  readonly plural: string;
}

type Details = NonNullable<ApiStatus["details"]>;

/** Thrown by whoever refuses a request; only the API server turns it into a reply. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly reason: StatusReason | "Unknown";
  /** HTTP status code. */
  readonly code: number;
  readonly details: Details | undefined;
  /** Goes on with the list that was refused, from where it had come to. */
  readonly continueToken: string | undefined;

  private constructor(
    reason: StatusReason | "Unknown",
    message: string,
    details?: Details,
    code?: number,
    continueToken?: string,
  ) {
    super(message);
    this.continueToken = continueToken;
    this.reason = reason;
    this.code = code ?? (reason === "Unknown" ? 500 : statusCodes[reason]);
    this.details = details;
  }

  /** The body of the refusal. */
  toStatus(): ApiStatus {
    const { message, reason, code, details, continueToken } = this;
    return {
      kind: "Status",
      apiVersion: "v1",
      metadata: continueToken === undefined ? {} : { continue: continueToken },
      status: "Failure",
      message,
      reason,
      ...(details === undefined ? {} : { details }),
      code,
    };
  }

  /** The error that a reply's body describes; `Unknown` where it is no `Status`. */
  static fromReply(code: number, body: unknown): ApiError {
    const parsed = apiStatusSchema.safeParse(body);
    if (!parsed.success)
      return new ApiError("Unknown", `the server answered ${code} without a reason`, undefined, code);
    const { reason, message, details } = parsed.data;
    return new ApiError(isReason(reason) ? reason : "Unknown", message ?? `the server answered ${code}`, details, code);
  }

  static badRequest(message: string): ApiError {
    return new ApiError("BadRequest", message);
  }

  static unauthorized(message = "Unauthorized"): ApiError {
    return new ApiError("Unauthorized", message);
  }

  /** An empty plural for a path that is no resource. */
  static forbidden(resource: PluralName, name: string, why: string): ApiError {
    if (resource.plural === "") return new ApiError("Forbidden", `forbidden: ${why}`, {});
    const object = name === "" ? qualified(resource) : `${qualified(resource)} "${name}"`;
    return new ApiError("Forbidden", `${object} is forbidden: ${why}`, pluralDetails(resource, name));
  }

  static notFound(resource: PluralName, name: string): ApiError {
    return new ApiError("NotFound", `${qualified(resource)} "${name}" not found`, pluralDetails(resource, name));
  }

  /** A path that leads nowhere. */
  static noSuchPath(): ApiError {
    return new ApiError("NotFound", "the server could not find the requested resource", {});
  }

  static methodNotAllowed(resource: PluralName, verb: string): ApiError {
    return new ApiError("MethodNotAllowed", `${verb} is not supported on resources of kind "${qualified(resource)}"`, {
      ...pluralDetails(resource, ""),
    });
  }

  static notAcceptable(message: string): ApiError {
    return new ApiError("NotAcceptable", message);
  }

  static alreadyExists(resource: PluralName, name: string): ApiError {
    return new ApiError(
      "AlreadyExists",
      `${qualified(resource)} "${name}" already exists`,
      pluralDetails(resource, name),
    );
  }

  static conflict(
    resource: PluralName,
    name: string,
    why = "the object has been modified; please apply your changes to the latest version and try again",
    causes: readonly Cause[] = [],
  ): ApiError {
    const message = `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`;
    return new ApiError("Conflict", message, withCauses(pluralDetails(resource, name), causes));
  }

  /** A server-side apply that would change what other managers of the object's fields have set. */
  static applyConflict(message: string, causes: readonly Cause[]): ApiError {
    return new ApiError("Conflict", message, withCauses({}, causes));
  }

  /** A resource version or a `continue` token whose state has been compacted. */
  static expired(message = "the requested resource version is too old: list again"): ApiError {
    return new ApiError("Expired", message);
  }

  /** A list whose state is compacted before all of it was read; `token` asks for the rest as it is by then. */
  static continueExpired(token: string): ApiError {
    const message =
      "The provided continue parameter is too old to display a consistent list result. List again without it, or use the continue token of this response for the rest, in which what changed in between may be missing or new.";
    return new ApiError("Expired", message, undefined, undefined, token);
  }

  static gone(message: string): ApiError {
    return new ApiError("Gone", message);
  }

  static tooLarge(bytesMax: number): ApiError {
    return new ApiError("RequestEntityTooLarge", `the request is larger than ${bytesMax} bytes`);
  }

  static tooManyOperations(operationsMax: number, operations: number): ApiError {
    const message = `The allowed maximum operations in a JSON patch is ${operationsMax}, got ${operations}`;
    return new ApiError("RequestEntityTooLarge", message);
  }

  static unsupportedMediaType(contentType: string, supported: readonly string[]): ApiError {
    const message = `the body of the request was in an unknown format (${contentType}) - accepted media types include: ${supported.join(", ")}`;
    return new ApiError("UnsupportedMediaType", message);
  }

  static invalid(resource: KindName, name: string, causes: readonly Cause[]): ApiError {
    const kind = resource.group === "" ? resource.kind : `${resource.kind}.${resource.group}`;
    const details = objectDetails(resource.group, resource.kind, name);
    return new ApiError("Invalid", `${kind} "${name}" is invalid: ${causesText(causes)}`, withCauses(details, causes));
  }

  /** A request that is well-formed and cannot be carried out on the object as it is. */
  static unprocessable(message: string, cause: Cause): ApiError {
    // kubectl shows the causes alone.
    return new ApiError("Invalid", `${message}: ${causesText([cause])}`, withCauses({}, [cause]));
  }

  static tooManyRequests(message: string, retryAfterSeconds: number): ApiError {
    return new ApiError("TooManyRequests", message, { retryAfterSeconds });
  }

  /** A pod that may not leave its node at the moment; `why` names the budget that it is in. */
  static disruptionRefused(why: string, retryAfterSeconds: number): ApiError {
    const cause: Cause = { reason: "DisruptionBudget", message: why, field: "" };
    const message = "Cannot evict pod as it would violate the pod's disruption budget.";
    return new ApiError("TooManyRequests", message, withCauses({ retryAfterSeconds }, [cause]));
  }

  static internal(message: string): ApiError {
    return new ApiError("InternalError", `Internal error occurred: ${message}`);
  }

  /** The server could not finish in time; the same request may be sent again. */
  static serverTimeout(resource: PluralName, verb: string, retryAfterSeconds: number): ApiError {
    const message = `The ${verb} operation against ${qualified(resource)} could not be completed at this time, please try again.`;
    return new ApiError("ServerTimeout", message, { ...pluralDetails(resource, ""), retryAfterSeconds });
  }

  static serviceUnavailable(message: string, retryAfterSeconds?: number): ApiError {
    return new ApiError(
      "ServiceUnavailable",
      message,
      retryAfterSeconds === undefined ? undefined : { retryAfterSeconds },
    );
  }

  /** The time that the client allowed is over; whether the request took effect is unknown. */
  static timeout(message: string): ApiError {
    return new ApiError("Timeout", `Timeout: ${message}`);
  }
}

function isReason(reason: string | undefined): reason is StatusReason {
  return reason !== undefined && Object.hasOwn(statusCodes, reason);
}

function qualified({ group, plural }: PluralName): string {
  return group === "" ? plural : `${plural}.${group}`;
}

function pluralDetails({ group, plural }: PluralName, name: string): Details {
  return objectDetails(group, plural, name);
}

function objectDetails(group: string, kind: string, name: string): Details {
  return { ...(name === "" ? {} : { name }), ...(group === "" ? {} : { group }), kind };
}

function withCauses(details: Details, causes: readonly Cause[]): Details {
  return causes.length === 0 ? details : { ...details, causes: [...causes] };
}
