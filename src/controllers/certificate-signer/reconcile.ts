/** Signs approved requests for clients' certificates with the fleet's CA, and removes those that are over. */
import {
  type CertificateSigningRequest,
  certificateSigningRequestResource,
} from "../../api/kinds/certificates/certificate-signing-request.ts";
import { formatTime } from "../../api/meta/time.ts";
import { Controller, done, type Outcome } from "../../client/controller.ts";
import type { ControllerContext } from "../../client/controller-context.ts";
import { isConflict, isNotFound } from "../../client/refusal.ts";
import { TerminalError } from "../../lib/errors.ts";
import { planSigning } from "./plan.ts";

/** The fleet's CA, as far as people's certificates need it; texts are base64 of PEM. */
export interface ClientSigner {
  /** Throws `TerminalError` for what is never signed: a request that is none, or one for the fleet's own identities. */
  sign(request: string, lifetimeSeconds: number | undefined): Promise<string>;
}

/** Follows CertificateSigningRequests; `signer` is asked only for what is approved. */
export function certificateSignerController(context: ControllerContext, signer: ClientSigner): Controller {
  const { client, informers, clock } = context;
  const requests = informers.for(certificateSigningRequestResource);

  async function reconcile(name: string, signal: AbortSignal): Promise<Outcome> {
    const request = requests.cache.get(name);
    if (request === undefined) return done;
    const plan = planSigning(request, clock.nowMs());
    try {
      switch (plan.step) {
        case "wait":
          return { kind: "after", delayMs: plan.delayMs };
        case "remove":
          await client.delete(
            certificateSigningRequestResource,
            request.metadata,
            { preconditions: { uid: request.metadata.uid } },
            signal,
          );
          return done;
        case "fail":
          await report(failed(request, plan.reason, plan.message), signal);
          return done;
        case "sign":
          await report(await signed(request), signal);
          return done;
      }
    } catch (error) {
      if (isConflict(error)) return { kind: "retry", why: "the request changed meanwhile" };
      if (!isNotFound(error)) throw error;
      return done;
    }
  }

  async function signed(request: CertificateSigningRequest): Promise<CertificateSigningRequest> {
    const { spec, status } = request;
    try {
      const certificate = await signer.sign(spec.request, spec.expirationSeconds);
      return { ...request, status: { ...status, certificate } };
    } catch (error) {
      if (error instanceof TerminalError) return failed(request, "SignerValidationFailure", error.message);
      throw error;
    }
  }

  function failed(request: CertificateSigningRequest, reason: string, message: string): CertificateSigningRequest {
    const now = formatTime(clock.nowMs());
    const times = { lastUpdateTime: now, lastTransitionTime: now };
    const condition = { type: "Failed", status: "True" as const, reason, message, ...times };
    return { ...request, status: { ...request.status, conditions: [...(request.status.conditions ?? []), condition] } };
  }

  async function report(request: CertificateSigningRequest, signal: AbortSignal): Promise<void> {
    await client.updateStatus(certificateSigningRequestResource, request, signal);
  }

  const controller = new Controller({ ...context, name: "certificate-signer", reconcile });
  requests.onChange(({ key }) => controller.enqueue(key));
  return controller;
}
