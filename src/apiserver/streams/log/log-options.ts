/** What part of a container's log is asked for. Refusals as Kubernetes words them. */
import { ApiError } from "../../../api/api-error.ts";
import { type Cause, forbidden, invalid } from "../../../api/validation/cause.ts";
import { parseGoBoolean } from "../../routing/go-boolean.ts";

export interface LogOptions {
  /** Empty where the client leaves the choice to us. */
  readonly container: string;
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly tailLines?: number;
  /** Milliseconds since 1970. */
  readonly sinceMs?: number;
  readonly limitBytes?: number;
}

const kind = { group: "", kind: "PodLogOptions" };

/** `insecureSkipTLSVerifyBackend` is taken and means nothing: boards are reached by their own connection. Throws `ApiError`. */
export function parseLogOptions(query: URLSearchParams, nowMs: number): LogOptions {
  const flag = (name: string) => {
    const value = parseGoBoolean(query.get(name) ?? undefined);
    if (value === undefined) throw ApiError.badRequest(`${name}: "${query.get(name)}" is neither true nor false`);
    return value;
  };
  flag("insecureSkipTLSVerifyBackend");
  const tailLines = integer(query, "tailLines");
  const limitBytes = integer(query, "limitBytes");
  const sinceSeconds = integer(query, "sinceSeconds");
  const sinceTime = time(query, "sinceTime");
  const causes = [
    ...lowest("tailLines", tailLines, 0, "must be greater than or equal to 0"),
    ...lowest("limitBytes", limitBytes, 1, "must be greater than 0"),
    ...lowest("sinceSeconds", sinceSeconds, 1, "must be greater than 0"),
    ...(sinceSeconds !== undefined && sinceTime !== undefined
      ? [forbidden("sinceTime", "at most one of `sinceTime` or `sinceSeconds` may be specified")]
      : []),
  ];
  if (causes.length > 0) throw ApiError.invalid(kind, "", causes);
  const sinceMs = sinceSeconds === undefined ? sinceTime : nowMs - sinceSeconds * 1000;
  return {
    container: query.get("container") ?? "",
    follow: flag("follow"),
    previous: flag("previous"),
    timestamps: flag("timestamps"),
    ...(tailLines !== undefined && { tailLines }),
    ...(sinceMs !== undefined && { sinceMs }),
    ...(limitBytes !== undefined && { limitBytes }),
  };
}

function integer(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name) ?? "";
  if (text === "") return undefined;
  if (!/^[+-]?\d{1,15}$/u.test(text)) throw ApiError.badRequest(`${name}: "${text}" is no whole number`);
  return Number(text);
}

/** Milliseconds since 1970. */
function time(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name) ?? "";
  if (text === "") return undefined;
  const isTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/u.test(text);
  const ms = isTime ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw ApiError.badRequest(`${name}: "${text}" is no time like 2006-01-02T15:04:05Z`);
  return ms;
}

function lowest(field: string, value: number | undefined, least: number, rule: string): readonly Cause[] {
  return value === undefined || value >= least ? [] : [invalid(field, value, rule)];
}
