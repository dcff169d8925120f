import { describe, expect, it } from "vitest";
import { podObject } from "../../agent/testing/test-board.ts";
import type { TokenAnswer, TokenRequest } from "../../api/board-link.ts";
import type { ApiRequest } from "../../api/exchange.ts";
import { podSchema } from "../../api/kinds/pod.ts";
import { ApiClient } from "../../client/api-client.ts";
import { silentLogger } from "../../lib/logger.ts";
import { answerTokenRequest } from "./token-desk.ts";

const volumes = [
  { name: "t", projected: { sources: [{ serviceAccountToken: { path: "token", audience: "vault" } }] } },
];
const pod = podSchema.parse(podObject("web", { volumes, serviceAccountName: "robot" }));
const request: TokenRequest = {
  id: "1",
  namespace: "default",
  name: "web",
  uid: "uid-web",
  serviceAccount: "robot",
  audience: "vault",
  expirationSeconds: 3600,
};

async function ask(board: string, changes: Partial<TokenRequest> = {}) {
  const requests: ApiRequest[] = [];
  const answers: TokenAnswer[] = [];
  const client = new ApiClient({
    request: async (asked) => {
      requests.push(asked);
      return { status: 201, body: { kind: "TokenRequest", status: { token: "a.b.c" } } };
    },
    watch: async function* () {},
  });
  const links = {
    send: (_: string, __: string, bytes: Uint8Array) => answers.push(JSON.parse(Buffer.from(bytes).toString())),
  };
  const cachedPod = (namespace: string, name: string) => (namespace === "default" && name === "web" ? pod : undefined);
  const { signal } = new AbortController();
  await answerTokenRequest({ client, links, cachedPod, log: silentLogger }, board, { ...request, ...changes }, signal);
  return { requests, answer: answers[0] };
}

describe("a board's question for a token", () => {
  it("is answered with one that is bound to the pod", async () => {
    const { requests, answer } = await ask("b1");
    expect(answer).toEqual({ type: "granted", id: "1", token: "a.b.c" });
    expect(requests).toMatchObject([
      {
        method: "POST",
        path: "/api/v1/namespaces/default/serviceaccounts/robot/token",
        body: {
          spec: {
            audiences: ["vault"],
            expirationSeconds: 3600,
            boundObjectRef: { kind: "Pod", name: "web", uid: "uid-web" },
          },
        },
      },
    ]);
  });

  it.each([
    ["another board's pod", "b2", {}],
    ["a pod that is no longer", "b1", { uid: "older" }],
    ["a pod nobody knows", "b1", { name: "other" }],
    ["another account than the pod's", "b1", { serviceAccount: "admin" }],
    ["an audience that the pod does not ask for", "b1", { audience: "" }],
  ])("is refused for %s", async (_, board, changes) => {
    const { requests, answer } = await ask(board, changes);
    expect(answer).toMatchObject({ type: "refused" });
    expect(requests).toEqual([]);
  });
});
