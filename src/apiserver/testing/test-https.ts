/** A real HTTPS server on loopback with certificates of a real fleet authority, and a client for it. */
import { request as httpsRequest, type RequestOptions } from "node:https";
import type { BoardStreams } from "../../api/board-stream.ts";
import { silentLogger } from "../../lib/logger.ts";
import { MetricRegistry } from "../../lib/metrics.ts";
import { createKeyAndCsr } from "../../platform/pki/board-key.ts";
import { createFleetAuthority, type FleetAuthority, openFleetAuthority } from "../../platform/pki/fleet-authority.ts";
import type { AuditOptions } from "../audit/audit-log.ts";
import { createHttpListener, type HttpListener } from "../http/http-listener.ts";
import { type ApiServices, serveHttp } from "../http/serve-http.ts";
import { createJoinService } from "../joining/join-service.ts";
import { type Loose, TestApi } from "./test-api.ts";

export interface HttpsReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
  /** The body as JSON. */
  readonly json: Loose;
}

export interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** The administrator's by default; undefined for none. */
  readonly as?: ClientCertificate | undefined;
  /** Another one than the server's. */
  readonly port?: number;
}

export class TestHttps {
  readonly fleet: TestApi;
  readonly server: HttpListener;
  readonly authority: FleetAuthority;
  readonly administrator: ClientCertificate;
  readonly board: ClientCertificate;

  private constructor(
    fleet: TestApi,
    server: HttpListener,
    authority: FleetAuthority,
    administrator: ClientCertificate,
    board: ClientCertificate,
  ) {
    this.fleet = fleet;
    this.server = server;
    this.authority = authority;
    this.administrator = administrator;
    this.board = board;
  }

  static async open(
    port = 0,
    metrics = new MetricRegistry(),
    boardStreams?: BoardStreams,
    audit?: AuditOptions,
    more: Partial<ApiServices> = {},
  ): Promise<TestHttps> {
    const fleet = await TestApi.open(1, audit);
    const authority = openFleetAuthority(await createFleetAuthority("test"));
    const admin = await authority.signAdmin();
    const { keyPem, csrPem } = await createKeyAndCsr("b1");
    const certPem = await authority.signBoard({ csrPem, fleet: "test", node: "b1", address: "127.0.0.1" });
    const joining = createJoinService({
      store: fleet.store,
      openAuthority: async () => authority,
      fleet: "test",
      podCidr: "10.42.0.0/16",
      apiPort: 6443,
      brokerPort: 8883,
      clock: fleet.clock,
      log: silentLogger,
    });
    const server = createHttpListener({
      tls: { certPem, keyPem, caPem: authority.caPem },
      address: "127.0.0.1",
      port,
      log: silentLogger,
    });
    serveHttp(server, {
      apiServer: fleet.api,
      join: (body) => joining.join(body),
      metrics,
      ...(boardStreams !== undefined && { boardStreams }),
      clock: fleet.clock,
      log: silentLogger,
      build: { version: "0.0.0" },
      ...more,
    });
    await server.listen();
    const administrator = { cert: admin.certificatePem, key: admin.keyPem };
    return new TestHttps(fleet, server, authority, administrator, { cert: certPem, key: keyPem });
  }

  options(ask: Ask = {}): RequestOptions {
    const certificate = "as" in ask ? ask.as : this.administrator;
    return {
      host: "127.0.0.1",
      port: ask.port ?? this.server.port,
      ca: this.authority.caPem,
      // Whatever the Host header says.
      servername: "localhost",
      agent: false,
      method: ask.method ?? "GET",
      headers: { ...ask.headers },
      ...certificate,
    };
  }

  ask(path: string, ask: Ask = {}): Promise<HttpsReply> {
    return new Promise((resolve, reject) => {
      const request = httpsRequest({ ...this.options(ask), path }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const bytes = Buffer.concat(chunks);
          const { statusCode = 0, headers } = response;
          const json = () => JSON.parse(bytes.toString());
          resolve({
            status: statusCode,
            headers,
            bytes,
            get json() {
              return json();
            },
          });
        });
      });
      request.on("error", reject);
      request.end(ask.body);
    });
  }
}
