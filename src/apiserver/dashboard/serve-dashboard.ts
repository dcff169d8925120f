/** The dashboard's files, to anybody who asks: they hold nothing of the fleet, and what they show needs a token. */
import type { IncomingHttpHeaders } from "node:http";
import { ApiError } from "../../api/api-error.ts";
import { apiReply, type HttpReply } from "../http/send-reply.ts";
import type { AssetEncoding, DashboardAssets } from "./dashboard-assets.ts";
import { pageHeaders } from "./page-headers.ts";

const dashboardPath = "/dashboard";
const fleetPath = `${dashboardPath}/fleet.json`;
const yearSeconds = 365 * 24 * 60 * 60;

export interface Dashboard {
  readonly assets: DashboardAssets;
  /** What a page must know before anybody has signed in. */
  readonly facts: { readonly fleet: string; readonly version: string };
}

export function isDashboardPath(path: string): boolean {
  return path === dashboardPath || path.startsWith(`${dashboardPath}/`);
}

/** Whether a person at a browser asks for `/`, rather than a client of the API. */
export function wantsPage(path: string, { accept, authorization }: IncomingHttpHeaders): boolean {
  return path === "/" && authorization === undefined && accept?.startsWith("text/html") === true;
}

export function toDashboard(): HttpReply {
  const headers = { ...pageHeaders, location: `${dashboardPath}/` };
  return { status: 307, contentType: "text/plain; charset=utf-8", body: new Uint8Array(), headers };
}

/** Throws `ApiError` (404). */
export async function dashboardReply(
  path: string,
  headers: IncomingHttpHeaders,
  { assets, facts }: Dashboard,
): Promise<HttpReply> {
  if (path === fleetPath) return { ...apiReply(200, facts), headers: { ...pageHeaders, "cache-control": "no-store" } };
  const asset = assets.find(path === dashboardPath ? "index.html" : path.slice(dashboardPath.length + 1));
  if (asset === undefined) throw ApiError.noSuchPath();
  const { contentType, hash, isImmutable } = asset;
  const etag = `"${hash}"`;
  const own = {
    ...pageHeaders,
    etag,
    vary: "accept-encoding",
    "cache-control": isImmutable ? `public, max-age=${yearSeconds}, immutable` : "no-cache",
  };
  if (headers["if-none-match"]?.split(",").some((tag) => tag.trim() === etag)) {
    return { status: 304, contentType, body: new Uint8Array(), headers: own };
  }
  const encoding = bestEncoding(headers["accept-encoding"]?.toString() ?? "");
  const body = await assets.read(asset, encoding);
  return {
    status: 200,
    contentType,
    body,
    headers: { ...own, ...(encoding !== "identity" && { "content-encoding": encoding }) },
  };
}

function bestEncoding(accepted: string): AssetEncoding {
  const offers = accepted.split(",").map((offer) => offer.trim().toLowerCase());
  const isOffered = (encoding: string) =>
    offers.some((offer) => offer.split(";")[0]?.trim() === encoding && !/;\s*q=0(\.0*)?$/.test(offer));
  return isOffered("br") ? "br" : isOffered("gzip") ? "gzip" : "identity";
}
