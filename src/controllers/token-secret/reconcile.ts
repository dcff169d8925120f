/** Fills Secrets that are made to hold the token of a service account, and removes those whose account is gone. */
import { tokenRequestSchema } from "../../api/kinds/authentication/token-request.ts";
import { type Secret, secretResource } from "../../api/kinds/secret.ts";
import { serviceAccountResource } from "../../api/kinds/service-account.ts";
import { base64OfText } from "../../api/meta/base64.ts";
import { Controller, done, type Outcome } from "../../client/controller.ts";
import type { ControllerContext } from "../../client/controller-context.ts";
import { objectKey } from "../../client/object-cache.ts";
import { isConflict, isNotFound } from "../../client/refusal.ts";
import { successBody } from "../../client/reply.ts";
import { objectPath } from "../../client/resource-path.ts";
import { accountNameOf, planTokenSecret } from "./plan.ts";

/** As long as a token may last: it ends with its Secret instead. */
const expirationSeconds = 2 ** 32;

/** `caPem` is the fleet's certificate. */
export function tokenSecretController(context: ControllerContext, caPem: string): Controller {
  const { client, informers } = context;
  const secrets = informers.for(secretResource);
  const accounts = informers.for(serviceAccountResource);

  async function reconcile(key: string, signal: AbortSignal): Promise<Outcome> {
    const secret = secrets.cache.get(key);
    if (secret === undefined) return done;
    const { namespace, uid } = secret.metadata;
    const plan = planTokenSecret(secret, accounts.cache.get(`${namespace}/${accountNameOf(secret)}`), caPem);
    try {
      switch (plan.step) {
        case "none":
          return done;
        case "remove":
          // An account that was made a moment ago may be here before it is heard of.
          if (await isAccountThere(secret, signal)) return { kind: "retry", why: "its account is not heard of yet" };
          await client.delete(secretResource, secret.metadata, { preconditions: { uid } }, signal);
          return done;
        case "fill":
          await client.update(
            secretResource,
            plan.needsToken ? await withToken(plan.secret, signal) : plan.secret,
            signal,
          );
          return done;
      }
    } catch (error) {
      if (isConflict(error)) return { kind: "retry", why: "the secret changed meanwhile" };
      if (!isNotFound(error)) throw error;
      return done;
    }
  }

  async function isAccountThere(secret: Secret, signal: AbortSignal): Promise<boolean> {
    const { namespace } = secret.metadata;
    const found = await client.find(serviceAccountResource, { namespace, name: accountNameOf(secret) ?? "" }, signal);
    return found !== undefined && planTokenSecret(secret, found, caPem).step !== "remove";
  }

  async function withToken(secret: Secret, signal: AbortSignal): Promise<Secret> {
    const { namespace, name, uid } = secret.metadata;
    const account = { namespace, name: accountNameOf(secret) ?? "" };
    const path = objectPath(serviceAccountResource, account, "token");
    const boundObjectRef = { apiVersion: "v1", kind: "Secret", name, uid };
    const body = { spec: { expirationSeconds, boundObjectRef } };
    const reply = await client.transport.request({ method: "POST", path, body }, signal);
    const token = tokenRequestSchema.parse(successBody(reply)).status?.token ?? "";
    return { ...secret, data: { ...secret.data, token: base64OfText(token) } };
  }

  const controller = new Controller({ ...context, name: "token-secret", reconcile });
  secrets.onChange(({ key, object }) => {
    if (accountNameOf(object) !== undefined) controller.enqueue(key);
  });
  accounts.onChange(({ object: { metadata } }) => {
    for (const secret of secrets.cache.values()) {
      if (secret.metadata.namespace === metadata.namespace && accountNameOf(secret) === metadata.name) {
        controller.enqueue(objectKey(secret));
      }
    }
  });
  return controller;
}
