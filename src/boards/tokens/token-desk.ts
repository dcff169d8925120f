/** Gets tokens for the pods of boards: each board for its own pods alone, and only what those pods ask for. */
import { z } from "zod";
import type { BoardLinks, TokenAnswer, TokenRequest } from "../../api/board-link.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import { serviceAccountResource } from "../../api/kinds/service-account.ts";
import type { ApiClient } from "../../client/api-client.ts";
import { successBody } from "../../client/reply.ts";
import { objectPath } from "../../client/resource-path.ts";
import { messageOf } from "../../lib/errors.ts";
import type { Logger } from "../../lib/logger.ts";

export interface TokenDeskOptions {
  readonly client: ApiClient;
  readonly links: Pick<BoardLinks, "send">;
  readonly cachedPod: (namespace: string, name: string) => Pod | undefined;
  readonly log: Logger;
}

const issuedSchema = z.looseObject({ status: z.looseObject({ token: z.string().min(1) }) });

/** Answers one question. Never throws: a board that got no token asks again. */
export async function answerTokenRequest(
  { client, links, cachedPod, log }: TokenDeskOptions,
  board: string,
  request: TokenRequest,
  signal: AbortSignal,
): Promise<void> {
  const { id, namespace, name } = request;
  let answer: TokenAnswer;
  try {
    const refusal = whyNot(board, request, cachedPod(namespace, name));
    answer =
      refusal === undefined
        ? { type: "granted", id, token: await issue(client, request, signal) }
        : { type: "refused", id, why: refusal };
  } catch (error) {
    answer = { type: "refused", id, why: messageOf(error) };
  }
  if (answer.type === "refused")
    log.warn("no token for a pod", { board, pod: `${namespace}/${name}`, why: answer.why });
  links.send(board, "token", new TextEncoder().encode(JSON.stringify(answer)));
}

/** What forbids the board this token; undefined where nothing does. */
function whyNot(board: string, request: TokenRequest, pod: Pod | undefined): string | undefined {
  const { namespace, name, uid, serviceAccount, audience } = request;
  if (pod?.metadata.uid !== uid || pod.spec.nodeName !== board) return `pod ${namespace}/${name} is not on ${board}`;
  if ((pod.spec.serviceAccountName ?? "default") !== serviceAccount) {
    return `pod ${namespace}/${name} does not act as service account ${serviceAccount}`;
  }
  const sources = (pod.spec.volumes ?? []).flatMap(({ projected }) => projected?.sources ?? []);
  const isAskedFor = sources.some(({ serviceAccountToken: source }) => source && (source.audience ?? "") === audience);
  return isAskedFor ? undefined : `pod ${namespace}/${name} asks for no token for ${JSON.stringify(audience)}`;
}

/** The token holds as long as the pod does. */
async function issue(client: ApiClient, request: TokenRequest, signal: AbortSignal): Promise<string> {
  const { namespace, name, uid, serviceAccount, audience, expirationSeconds } = request;
  const reply = await client.transport.request(
    {
      method: "POST",
      path: objectPath(serviceAccountResource, { namespace, name: serviceAccount }, "token"),
      body: {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        spec: {
          ...(audience !== "" && { audiences: [audience] }),
          expirationSeconds,
          boundObjectRef: { apiVersion: "v1", kind: "Pod", name, uid },
        },
      },
    },
    signal,
  );
  return issuedSchema.parse(successBody(reply)).status.token;
}
