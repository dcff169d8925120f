/**
 * A program of its own, for Node: connects where it is told and sends the socket to its parent, unread, for a server may
 * speak first. Text, because it runs in another process than its module; its test runs it.
 */
import { isSingleExecutable } from "./carried-files.ts";

/** The word by which the single executable, which has no `-e`, is told to run the program below and nothing else. */
export const diallerWord = "dial-in-pod";

export const diallerProgram = `
const { connect } = require("node:net");
process.on("message", ({ id, hosts, port, timeoutMs }) => {
  const attempt = (at, reason) => {
    if (at === hosts.length) return process.send({ id, reason });
    const socket = connect({ host: hosts[at], port, allowHalfOpen: true });
    socket.pause();
    const timer = setTimeout(() => socket.destroy(new Error("no answer within " + timeoutMs + " ms")), timeoutMs);
    socket.once("error", (error) => {
      clearTimeout(timer);
      attempt(at + 1, reason ?? error.message);
    });
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.removeAllListeners("error").on("error", () => {});
      process.send({ id }, socket);
    });
  };
  attempt(0, undefined);
});
process.on("disconnect", () => process.exit());
`;

/** How to start it. */
export const diallerCommand: readonly string[] = isSingleExecutable
  ? [process.execPath, diallerWord]
  : [process.execPath, "-e", diallerProgram];
