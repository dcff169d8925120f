import { type Logger as Pino, pino, stdTimeFunctions } from "pino";
import type { Logger } from "../../lib/logger.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";

/** One JSON line a message on standard error; `err` fields are written with their stack and causes. */
export function pinoLogger(level: LogLevel): Logger {
  const options = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  // Written at once, not buffered: the last line before a crash is the one that matters.
  return wrap(pino(options, pino.destination({ dest: 2, sync: true })));
}

function wrap(target: Pino): Logger {
  return {
    debug: (message, fields = {}) => target.debug(fields, message),
    info: (message, fields = {}) => target.info(fields, message),
    warn: (message, fields = {}) => target.warn(fields, message),
    error: (message, fields = {}) => target.error(fields, message),
    with: (fields) => wrap(target.child(fields)),
  };
}
