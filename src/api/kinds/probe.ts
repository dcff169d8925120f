/** How a board asks a container whether it is well, and what it runs around a container's life. */
import { z } from "zod";
import { intOrStringSchema } from "../meta/int-or-string.ts";
import {
  define,
  definitionPrefix,
  int32,
  int32Value,
  int64,
  int64Value,
  requiredText,
  text,
  textList,
} from "../meta/schema.ts";

const prefix = definitionPrefix.core;

const execActionSchema = define(
  `${prefix}.ExecAction`,
  "Runs a command in the container.",
  { command: textList },
  {
    command: "The program and its arguments; no shell is involved. Exit status 0 is success.",
  },
);

const httpGetActionSchema = define(
  `${prefix}.HTTPGetAction`,
  "Asks the container over HTTP.",
  {
    path: z.string().default("/"),
    port: intOrStringSchema,
    host: text,
    scheme: z.enum(["HTTP", "HTTPS"]).default("HTTP"),
    httpHeaders: z
      .array(define(`${prefix}.HTTPHeader`, "A header of the request.", { name: requiredText, value: z.string() }))
      .optional(),
  },
  { host: "The address to ask; the pod's own where absent.", port: "The port's number or name." },
);

const tcpSocketActionSchema = define(`${prefix}.TCPSocketAction`, "Opens a TCP connection to the container.", {
  port: intOrStringSchema,
  host: text,
});

const handlers = {
  exec: execActionSchema.optional(),
  httpGet: httpGetActionSchema.optional(),
  tcpSocket: tcpSocketActionSchema.optional(),
};

export const probeSchema = define(
  `${prefix}.Probe`,
  "A question that a container is asked again and again.",
  {
    ...handlers,
    grpc: define(`${prefix}.GRPCAction`, "Asks the container's gRPC health service.", {
      port: int32Value,
      service: z.string().default(""),
    }).optional(),
    initialDelaySeconds: int32,
    timeoutSeconds: int32Value.default(1),
    periodSeconds: int32Value.default(10),
    successThreshold: int32Value.default(1),
    failureThreshold: int32Value.default(3),
    terminationGracePeriodSeconds: int64,
  },
  {
    initialDelaySeconds: "How long after the container's start the first question waits.",
    timeoutSeconds: "How long an answer may take.",
    periodSeconds: "How long it is from one question to the next.",
    successThreshold: "How many answers in a row make a failed container well again.",
    failureThreshold: "How many failures in a row count as failed.",
  },
);
export type Probe = z.infer<typeof probeSchema>;

const lifecycleHandlerSchema = define(`${prefix}.LifecycleHandler`, "What is done at a turn of a container's life.", {
  ...handlers,
  sleep: define(`${prefix}.SleepAction`, "Waits.", { seconds: int64Value }).optional(),
});
export type LifecycleHandler = z.infer<typeof lifecycleHandlerSchema>;

export const lifecycleSchema = define(
  `${prefix}.Lifecycle`,
  "What is done right after a container's start and right before its end.",
  { postStart: lifecycleHandlerSchema.optional(), preStop: lifecycleHandlerSchema.optional(), stopSignal: text },
  {
    postStart: "Done right after the start; the container is ended where it fails.",
    preStop: "Done before the container is asked to end, within the pod's grace period.",
  },
);
