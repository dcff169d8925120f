/** Carries out one question to a container: a command inside it, an HTTP request or a TCP connection to it. */
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { connect } from "node:net";
import type { Container } from "../../api/kinds/container.ts";
import type { LifecycleHandler } from "../../api/kinds/probe.ts";
import { messageOf } from "../../lib/errors.ts";
import type { Runtime } from "../ports.ts";
import type { ProbeOutcome } from "./probe-loop.ts";

export type ProbeAction = Pick<LifecycleHandler, "exec" | "httpGet" | "tcpSocket">;

export interface ProbeTarget {
  readonly container: Container;
  readonly containerId: string;
  /** Where the pod listens; undefined while it has no address. */
  readonly address: string | undefined;
}

/** Never rejects: a question that cannot be asked is a failure like any other. */
export async function runProbeAction(
  action: ProbeAction,
  target: ProbeTarget,
  runtime: Runtime,
  timeoutMs: number,
): Promise<ProbeOutcome> {
  try {
    if (action.exec !== undefined) {
      const { exitCode, output } = await runtime.exec(target.containerId, action.exec.command ?? [], timeoutMs);
      return { ok: exitCode === 0, message: output.trim() || `command ended with ${exitCode}` };
    }
    const { httpGet, tcpSocket } = action;
    const host = httpGet?.host ?? tcpSocket?.host ?? target.address;
    const port = portNumber(httpGet?.port ?? tcpSocket?.port, target.container);
    if (host === undefined) return { ok: false, message: "the pod has no address" };
    if (port === undefined) return { ok: false, message: "the probe names a port that the container does not have" };
    if (httpGet !== undefined) return await askHttp(httpGet, host, port, timeoutMs);
    if (tcpSocket !== undefined) return await askTcp(host, port, timeoutMs);
    return { ok: true, message: "" };
  } catch (thrown) {
    return { ok: false, message: messageOf(thrown) };
  }
}

function portNumber(port: number | string | undefined, container: Container): number | undefined {
  if (typeof port === "number") return port;
  if (port !== undefined && /^\d{1,5}$/.test(port)) return Number(port);
  return container.ports?.find(({ name }) => name === port)?.containerPort;
}

function askHttp(
  { scheme, path, httpHeaders = [] }: NonNullable<ProbeAction["httpGet"]>,
  host: string,
  port: number,
  timeoutMs: number,
): Promise<ProbeOutcome> {
  const headers = Object.fromEntries(httpHeaders.map(({ name, value }) => [name, value]));
  const options = {
    host,
    port,
    path,
    agent: false,
    headers: { "User-Agent": "kube-probe/bramble", ...headers },
    signal: AbortSignal.timeout(timeoutMs),
    // Kubernetes never checks the certificate of a container that it probes.
    rejectUnauthorized: false,
    // What answers with bare line feeds, as shell scripts do, is ready all the same for every other prober.
    insecureHTTPParser: true,
  } as const;
  return new Promise((resolve, reject) => {
    const question = (scheme === "HTTPS" ? requestHttps : requestHttp)(options, (answer) => {
      const { statusCode = 0 } = answer;
      answer.resume();
      question.destroy();
      resolve({ ok: statusCode >= 200 && statusCode < 400, message: `HTTP status ${statusCode}` });
    });
    question.once("error", reject);
    question.end();
  });
}

function askTcp(host: string, port: number, timeoutMs: number): Promise<ProbeOutcome> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal: AbortSignal.timeout(timeoutMs) }, () => {
      socket.destroy();
      resolve({ ok: true, message: "" });
    });
    socket.once("error", reject);
  });
}
