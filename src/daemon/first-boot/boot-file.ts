/** `bramble.yaml` on a card's boot partition: what a person tells a board before it starts for the first time. Pure. */
import { parseDocument } from "yaml";
import { z } from "zod";
import { boardLabelMistake } from "../../api/board-labels.ts";
import { nodeNamePattern } from "../../api/join-exchange.ts";
import { serverValue } from "../../cli/option-values.ts";
import { messageOf } from "../../lib/errors.ts";
import { parseJoinToken } from "../../lib/join-token.ts";

/** A value that one of the command line's own readers takes; its mistakes are said in the same words. */
const readBy = <Value>(read: (text: string) => Value) =>
  z.string().transform((text, context): Value => {
    try {
      return read(text);
    } catch (cause) {
      context.addIssue({ code: "custom", message: messageOf(cause) });
      return z.NEVER;
    }
  });

const labelsSchema = z.record(z.string(), z.coerce.string()).superRefine((labels, context) => {
  for (const [key, value] of Object.entries(labels)) {
    const wrong = boardLabelMistake(key, value);
    if (wrong !== undefined) context.addIssue({ code: "custom", path: [key], message: wrong });
  }
});

const wifiSchema = z.strictObject({
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, "must be two capital letters, such as DE: they decide which channels are allowed"),
  network: z.string().refine((name) => bytesOf(name) >= 1 && bytesOf(name) <= 32, "must be 1 to 32 bytes"),
  /** Of WPA2 or WPA3; absent where the network is open, or once it was taken away. */
  password: z.string().min(8, "has at least 8 characters").max(63, "has at most 63 characters").optional(),
});

const networkSchema = z.strictObject({
  /** With its prefix, `192.168.1.20/24`. */
  address: z.cidrv4("must be an address with the length of its prefix, as in 192.168.1.20/24"),
  gateway: z.ipv4().optional(),
  dns: z.array(z.ipv4()).default([]),
});

const sshKey = z
  .string()
  .regex(/^(ssh-(ed25519|rsa)|ecdsa-sha2-nistp\d+|sk-\S+) [A-Za-z0-9+/=]+( [^\n]*)?$/, "must be a line of a .pub file");

const bootFileSchema = z.strictObject({
  fleet: z.strictObject({
    /** Of any voter. */
    address: readBy(serverValue),
    token: readBy(parseJoinToken),
    voter: z.boolean().default(false),
  }),
  hostName: z.string().regex(nodeNamePattern, "must be up to 63 lower-case letters, digits and hyphens").optional(),
  labels: labelsSchema.default({}),
  wifi: wifiSchema.optional(),
  /** Of the cable's network, where no DHCP server gives addresses. */
  network: networkSchema.optional(),
  sshKeys: z.array(sshKey).default([]),
});
export type BootFile = z.infer<typeof bootFileSchema>;
export type WifiNetwork = z.infer<typeof wifiSchema>;
export type WiredNetwork = z.infer<typeof networkSchema>;

export type ReadBootFile =
  | { readonly kind: "read"; readonly file: BootFile }
  | { readonly kind: "mistaken"; readonly mistakes: readonly string[] };

/** All mistakes at once: every try costs its author a walk with the card. */
export function readBootFile(text: string): ReadBootFile {
  // Windows' editors put a mark in front of the text.
  const document = parseDocument(text.replace(/^\uFEFF/, ""));
  if (document.errors.length > 0) {
    return { kind: "mistaken", mistakes: document.errors.map(({ message }) => message.split("\n")[0] ?? message) };
  }
  let content: unknown;
  try {
    content = document.toJS();
  } catch (cause) {
    return { kind: "mistaken", mistakes: [messageOf(cause)] };
  }
  const parsed = bootFileSchema.safeParse(content ?? {});
  if (parsed.success) return { kind: "read", file: parsed.data };
  return { kind: "mistaken", mistakes: parsed.error.issues.map(mistakeText) };
}

/** The same file, its comments and order kept, without what must not lie on a partition that any computer can read. */
export function withoutSecrets(text: string): string {
  const document = parseDocument(text.replace(/^\uFEFF/, ""));
  for (const path of [
    ["fleet", "token"],
    ["wifi", "password"],
  ]) {
    if (document.hasIn(path)) document.deleteIn(path);
  }
  document.commentBefore = [document.commentBefore, " The board has joined; its token and passwords were taken out."]
    .filter((comment) => comment !== undefined && comment !== null)
    .join("\n");
  return document.toString();
}

function mistakeText({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.join(".")}: ${message}`;
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}
