/** The OpenAPI document as clients fetch it: made when first asked for, then kept compressed only. */
import type { IncomingHttpHeaders } from "node:http";
import { constants, gunzip } from "node:zlib";
import { ApiError } from "../../api/api-error.ts";
import { acceptsGzip, acceptsType, negotiateForm } from "../http/accept.ts";
import { compress, type HttpReply } from "../http/send-reply.ts";
import { encodeOpenApiDocument, openApiAcceptedType, openApiContentType } from "./encode-document.ts";

export interface OpenApiDocument {
  /** Throws `ApiError` (406). kubectl fetches Protocol Buffers at every command, compressed. */
  reply(headers: Pick<IncomingHttpHeaders, "accept" | "accept-encoding">): Promise<HttpReply>;
}

/** `build` makes the OpenAPI 2.0 document as JSON. */
export function createOpenApiDocument(build: () => unknown): OpenApiDocument {
  const protobuf = once(() => compress(encodeOpenApiDocument(build()), constants.Z_BEST_COMPRESSION));
  const json = once(() => compress(Buffer.from(JSON.stringify(build())), constants.Z_BEST_COMPRESSION));
  return {
    async reply({ accept, "accept-encoding": acceptEncoding }) {
      const isProtobuf = [openApiAcceptedType, openApiContentType].some((type) => acceptsType(accept, type));
      if (!isProtobuf && negotiateForm(accept) === undefined) {
        throw ApiError.notAcceptable(`OpenAPI is served as application/json and as ${openApiContentType}`);
      }
      const packed = await (isProtobuf ? protobuf() : json());
      const contentType = isProtobuf ? openApiContentType : "application/json";
      if (!acceptsGzip(acceptEncoding?.toString())) return { status: 200, contentType, body: await decompress(packed) };
      return { status: 200, contentType, body: packed, headers: { "content-encoding": "gzip" } };
    },
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function decompress(packed: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    gunzip(packed, (error, bytes) => (error === null ? resolve(bytes) : reject(error)));
  });
}
