import { connect } from "node:net";

const answerMsMax = 2_000;

/** Whether somebody takes connections there. Never rejects. */
export function answersTcp({ address, port }: { readonly address: string; readonly port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: answerMsMax });
    const end = (answers: boolean) => {
      socket.destroy();
      resolve(answers);
    };
    socket.once("connect", () => end(true));
    socket.once("timeout", () => end(false));
    socket.once("error", () => end(false));
  });
}
