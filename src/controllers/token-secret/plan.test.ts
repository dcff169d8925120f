import { expect, it } from "vitest";
import type { Secret } from "../../api/kinds/secret.ts";
import type { ServiceAccount } from "../../api/kinds/service-account.ts";
import { planTokenSecret } from "./plan.ts";

const caPem = "-----BEGIN CERTIFICATE-----\n";
const account: ServiceAccount = {
  apiVersion: "v1",
  kind: "ServiceAccount",
  metadata: { name: "ci", namespace: "farm", uid: "u1" },
};

function secret(data: Record<string, string> = {}, annotations: Record<string, string> = {}): Secret {
  return {
    apiVersion: "v1",
    kind: "Secret",
    type: "kubernetes.io/service-account-token",
    metadata: {
      name: "s",
      namespace: "farm",
      annotations: { "kubernetes.io/service-account.name": "ci", ...annotations },
    },
    data,
  };
}

it("is filled with the certificate, the namespace and a token, and left alone from then on", () => {
  const plan = planTokenSecret(secret(), account, caPem);
  if (plan.step !== "fill") throw new Error(plan.step);
  expect(plan.needsToken).toBe(true);
  expect(plan.secret.data?.["namespace"]).toBe("ZmFybQ==");
  const filled = { ...plan.secret, data: { ...plan.secret.data, token: "dG9rZW4=" } };
  expect(planTokenSecret(filled, account, caPem)).toEqual({ step: "none" });
  expect(planTokenSecret(filled, account, "another\n")).toMatchObject({ step: "fill", needsToken: false });
});

it.each<[string, Secret, ServiceAccount | undefined, string]>([
  ["goes with its account", secret(), undefined, "remove"],
  [
    "is not that of a new account by the name",
    secret({}, { "kubernetes.io/service-account.uid": "u0" }),
    account,
    "remove",
  ],
  [
    "is nobody's business without an account's name",
    { ...secret(), metadata: { name: "s", namespace: "farm" } },
    account,
    "none",
  ],
  ["is none of another type", { ...secret(), type: "Opaque" }, undefined, "none"],
])("%s", (_, object, owner, step) => {
  expect(planTokenSecret(object, owner, caPem).step).toBe(step);
});
