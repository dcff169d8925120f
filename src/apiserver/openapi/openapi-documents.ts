/** The OpenAPI documents as clients fetch them: made when first asked for, then kept compressed only. */
import type { IncomingHttpHeaders } from "node:http";
import { ApiError } from "../../api/api-error.ts";
import { buildOpenApiDocument } from "../../api/openapi/build-document.ts";
import { buildOpenApiV3 } from "../../api/openapi/build-v3.ts";
import type { AnyResource } from "../../api/resource.ts";
import { acceptsType, negotiateForm } from "../http/accept.ts";
import { documentReply, type KeptDocument, keepDocument } from "../http/kept-document.ts";
import { type HttpReply, textReply } from "../http/send-reply.ts";
import { encodeOpenApiDocument, openApiAcceptedType, openApiContentType } from "./encode-document.ts";

type Headers = Pick<IncomingHttpHeaders, "accept" | "accept-encoding" | "if-none-match">;

export interface OpenApiDocuments {
  /** Undefined where there is no document. `hash` is what the index gave out with the path. Throws `ApiError` (406). */
  reply(path: string, hash: string | undefined, headers: Headers): Promise<HttpReply | undefined>;
}

const json = "application/json";
const root = "/openapi/v3";
const forGood = "public, immutable, max-age=31536000";

export function createOpenApiDocuments(resources: readonly AnyResource[]): OpenApiDocuments {
  const build = () => buildOpenApiDocument(resources);
  // kubectl fetches it at every command, the older ones in Protocol Buffers.
  const protobuf = once(() => keepDocument(openApiContentType, encodeOpenApiDocument(build())));
  const v2 = once(() => keepDocument(json, JSON.stringify(build())));
  const v3 = once(async () => {
    const documents = new Map<string, KeptDocument>();
    for (const [place, document] of buildOpenApiV3(build())) {
      documents.set(place, await keepDocument(json, JSON.stringify(document)));
    }
    return { documents, index: await keepDocument(json, JSON.stringify(indexOf(documents))) };
  });

  return {
    async reply(path, hash, headers) {
      const isProtobuf = [openApiAcceptedType, openApiContentType].some((type) => acceptsType(headers.accept, type));
      if (path === "/openapi/v2" && isProtobuf) return documentReply(await protobuf(), headers);
      if (negotiateForm(headers.accept) === undefined) {
        const also = path === "/openapi/v2" ? ` and as ${openApiContentType}` : "";
        throw ApiError.notAcceptable(`OpenAPI is served as ${json}${also}`);
      }
      if (path === "/openapi/v2") return documentReply(await v2(), headers);
      const { documents, index } = await v3();
      if (path === root) return documentReply(index, headers);
      const document = documents.get(path.slice(root.length + 1));
      if (document === undefined || hash === undefined) return document && documentReply(document, headers);
      // What was asked for by its hash may be kept forever; an old hash leads to the new one.
      if (hash === document.hash) return documentReply(document, headers, forGood);
      return { ...textReply(301, ""), headers: { location: urlOf(path.slice(root.length + 1), document) } };
    },
  };
}

function indexOf(documents: ReadonlyMap<string, KeptDocument>) {
  const paths = Array.from(documents, ([place, document]) => [place, { serverRelativeURL: urlOf(place, document) }]);
  return { paths: Object.fromEntries(paths) };
}

function urlOf(place: string, { hash }: KeptDocument): string {
  return `${root}/${place}?hash=${hash}`;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
