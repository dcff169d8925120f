/** A program in a container, joined to a terminal of this page: Kubernetes' channels over a WebSocket. */
import { z } from "zod";
import { type KubeApi, podPath } from "./kube-api.ts";

export interface ExecTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
}

export interface ExecEvents {
  onOpen(): void;
  onOutput(bytes: Uint8Array): void;
  /** Called once, last, with a sentence. */
  onEnd(words: string): void;
}

const stdin = 0;
const stdout = 1;
const stderr = 2;
const outcome = 3;
const size = 4;

const outcomeSchema = z.object({ status: z.string().optional(), message: z.string().optional() });

export class ExecSession {
  readonly #socket: WebSocket;
  #words = "The connection was closed.";

  constructor(api: KubeApi, { namespace, pod, container, command }: ExecTarget, events: ExecEvents) {
    const query = new URLSearchParams([
      ...Object.entries({ container, stdin: "true", stdout: "true", tty: "true" }),
      ...command.map((word) => ["command", word]),
    ]);
    const url = `${location.origin.replace(/^http/, "ws")}${podPath(namespace, pod)}/exec?${query}`;
    this.#socket = new WebSocket(url, ["v5.channel.k8s.io", "v4.channel.k8s.io", api.bearerProtocol]);
    this.#socket.binaryType = "arraybuffer";
    let hasOpened = false;
    this.#socket.onopen = () => {
      hasOpened = true;
      events.onOpen();
    };
    this.#socket.onmessage = ({ data }) => {
      if (!(data instanceof ArrayBuffer)) return;
      const bytes = new Uint8Array(data);
      const rest = bytes.subarray(1);
      if (bytes[0] === stdout || bytes[0] === stderr) events.onOutput(rest);
      else if (bytes[0] === outcome) this.#words = spokenOutcome(new TextDecoder().decode(rest));
    };
    this.#socket.onclose = () =>
      events.onEnd(
        hasOpened
          ? this.#words
          : "The voter did not open a terminal: the container may not be running, or you may not use one there.",
      );
  }

  type(text: string): void {
    this.#send(stdin, new TextEncoder().encode(text));
  }

  resize(columns: number, rows: number): void {
    this.#send(size, new TextEncoder().encode(JSON.stringify({ Width: columns, Height: rows })));
  }

  close(): void {
    this.#socket.onclose = null;
    this.#socket.close();
  }

  #send(channel: number, bytes: Uint8Array): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    const message = new Uint8Array(bytes.length + 1);
    message[0] = channel;
    message.set(bytes, 1);
    this.#socket.send(message);
  }
}

function spokenOutcome(text: string): string {
  try {
    const { status, message } = outcomeSchema.parse(JSON.parse(text));
    return status === "Success" ? "The program has ended." : (message ?? "The program failed.");
  } catch {
    return text;
  }
}
