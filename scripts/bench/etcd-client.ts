/** etcd's `Put` over gRPC, written straight onto HTTP/2 so that the client costs as little as it can. */
import { type ClientHttp2Session, connect, constants } from "node:http2";

const grpcHeaders = {
  [constants.HTTP2_HEADER_METHOD]: "POST",
  [constants.HTTP2_HEADER_PATH]: "/etcdserverpb.KV/Put",
  [constants.HTTP2_HEADER_CONTENT_TYPE]: "application/grpc",
  [constants.HTTP2_HEADER_TE]: "trailers",
};

export class EtcdClient {
  readonly #session: ClientHttp2Session;

  constructor(url: string) {
    this.#session = connect(url);
    // Every request fails with it, and says so.
    this.#session.on("error", () => {});
    this.#session.on("connect", (_session, socket) => socket.setNoDelay?.(true));
  }

  /** Resolves when it is committed. */
  put(key: string, value: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      const stream = this.#session.request(grpcHeaders);
      let status: unknown;
      const noteStatus = (headers: Record<string, unknown>) => {
        status ??= headers["grpc-status"];
      };
      stream.on("response", noteStatus);
      stream.on("trailers", noteStatus);
      stream.on("error", reject);
      stream.on("close", () => {
        if (status === "0") resolve();
        else reject(new Error(`etcd answered with gRPC status ${String(status)}`));
      });
      stream.resume();
      stream.end(putRequest(key, value));
    });
  }

  close(): void {
    this.#session.destroy();
  }
}

/** `PutRequest { bytes key = 1; bytes value = 2; }`, uncompressed, in its gRPC frame. */
function putRequest(key: string, value: Uint8Array): Uint8Array {
  const keyBytes = Buffer.from(key);
  const fields = Buffer.concat([lengthDelimited(1, keyBytes), lengthDelimited(2, value)]);
  const header = Buffer.alloc(5);
  header.writeUInt32BE(fields.byteLength, 1);
  return Buffer.concat([header, fields]);
}

function lengthDelimited(field: number, bytes: Uint8Array): Uint8Array {
  const length: number[] = [];
  for (let rest = bytes.byteLength; ; rest >>>= 7) {
    length.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
    if (rest <= 0x7f) break;
  }
  return Buffer.concat([Buffer.from([(field << 3) | 2, ...length]), bytes]);
}
