/** The other end of a board's link: sends the slice, takes the reports, and can be cut off. */
import { createHash } from "node:crypto";
import {
  type AgentLink,
  type DownKind,
  helloSchema,
  type ReportItem,
  reportSchema,
  type SliceMessage,
  type SliceObject,
  sliceInventory,
  sliceKey,
  type TokenAnswer,
  type TokenRequest,
  tokenRequestSchema,
  type UpKind,
} from "../../api/board-link.ts";

type Item<Type extends ReportItem["type"]> = Extract<ReportItem, { readonly type: Type }>;

export class TestVoter implements AgentLink {
  readonly #objects = new Map<string, SliceObject>();
  readonly items: ReportItem[] = [];
  /** What was sent down, by its type. */
  readonly sent: SliceMessage["type"][] = [];
  readonly sequences: number[] = [];
  /** While false, reports are taken and not acknowledged. */
  acknowledges = true;
  #version = 0;
  #session: string | undefined;
  #sequence = 0;
  #connected = false;
  /** Answers what the board asks for its pods; undefined: it does not. */
  grant: (request: TokenRequest) => TokenAnswer | undefined = () => undefined;
  readonly #messageHandlers: ((kind: DownKind, payload: Uint8Array) => void)[] = [];
  readonly #connectionHandlers: ((connected: boolean) => void)[] = [];

  connect(): void {
    this.#connected = true;
    for (const handler of this.#connectionHandlers) handler(true);
  }

  disconnect(): void {
    this.#connected = false;
    this.#session = undefined;
    for (const handler of this.#connectionHandlers) handler(false);
  }

  /** Changes the board's slice; a board that is connected hears of it. Gives each object a new version. */
  put(...objects: readonly object[]): void {
    const upserts = objects.map((object) => this.#versioned(object));
    for (const object of upserts) this.#objects.set(sliceKey(object), object);
    this.#tell({ type: "change", ...this.#common(), upserts, removes: [] });
  }

  remove(...keys: readonly string[]): void {
    for (const key of keys) this.#objects.delete(key);
    this.#tell({ type: "change", ...this.#common(), upserts: [], removes: [...keys] });
  }

  object(key: string): SliceObject {
    const object = this.#objects.get(key);
    if (object === undefined) throw new Error(`the slice holds no ${key}`);
    return object;
  }

  /** A change is lost on its way. */
  skipOne(): void {
    this.#sequence += 1;
  }

  /** The last status reported of the pod. */
  status(name: string): Item<"podStatus">["status"] | undefined {
    return this.#all("podStatus").findLast((item) => item.name === name)?.status;
  }

  isGone(uid: string): boolean {
    return this.#all("podGone").some((item) => item.uid === uid);
  }

  get nodes(): Item<"node">["node"][] {
    return this.#all("node").map(({ node }) => node);
  }

  get goneVolumes(): string[] {
    return this.#all("volumeGone").map(({ name }) => name);
  }

  /** `Started`, `BackOff`, in the order of their first report. */
  get eventReasons(): unknown[] {
    return [...new Set(this.#all("event").map(({ event }) => event["reason"]))];
  }

  async send(kind: UpKind, payload: Uint8Array): Promise<void> {
    if (!this.#connected) throw new Error("the link is down");
    const body: unknown = JSON.parse(new TextDecoder().decode(payload));
    if (kind === "hello") {
      const { session, digest } = helloSchema.parse(body);
      this.#session = session;
      this.#sequence = -1;
      const common = this.#common();
      this.#tell(
        digest === common.digest
          ? { type: "current", ...common }
          : { type: "whole", ...common, objects: [...this.#objects.values()] },
      );
    } else if (kind === "token") {
      const answer = this.grant(tokenRequestSchema.parse(body));
      if (answer !== undefined) this.#down("token", answer);
    } else {
      const { session, sequence, items } = reportSchema.parse(body);
      this.sequences.push(sequence);
      this.items.push(...items);
      if (this.acknowledges) this.#down("ack", { session, sequence });
    }
  }

  onMessage(handler: (kind: DownKind, payload: Uint8Array) => void): void {
    this.#messageHandlers.push(handler);
  }

  onConnection(handler: (connected: boolean) => void): void {
    this.#connectionHandlers.push(handler);
  }

  setVoters(): void {}

  #all<Type extends ReportItem["type"]>(type: Type): Item<Type>[] {
    return this.items.filter((item): item is Item<Type> => item.type === type);
  }

  #versioned(object: object): SliceObject {
    this.#version += 1;
    const copy = structuredClone(object) as SliceObject;
    return { ...copy, metadata: { ...copy.metadata, resourceVersion: `${this.#version}` } };
  }

  #common() {
    this.#sequence += 1;
    const digest = createHash("sha256").update(sliceInventory(this.#objects.values())).digest("hex");
    return { session: this.#session ?? "", sequence: this.#sequence, digest };
  }

  #tell(message: SliceMessage): void {
    if (!this.#connected || this.#session === undefined) return;
    this.sent.push(message.type);
    this.#down("slice", message);
  }

  #down(kind: DownKind, body: object): void {
    const payload = new TextEncoder().encode(JSON.stringify(body));
    queueMicrotask(() => {
      if (this.#connected) for (const handler of this.#messageHandlers) handler(kind, payload);
    });
  }
}
