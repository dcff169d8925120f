import { describe, expect, it } from "vitest";
import type { ConfigMap } from "../../api/kinds/config-map.ts";
import type { Namespace } from "../../api/kinds/namespace.ts";
import type { ServiceAccount } from "../../api/kinds/service-account.ts";
import { planAccess } from "./plan.ts";

const caPem = "-----BEGIN CERTIFICATE-----\n";
const namespace: Namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "farm" }, spec: {}, status: {} };
const account: ServiceAccount = {
  apiVersion: "v1",
  kind: "ServiceAccount",
  metadata: { name: "default", namespace: "farm" },
};
const rootCa: ConfigMap = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "kube-root-ca.crt", namespace: "farm" },
  data: { "ca.crt": caPem },
};

describe("a namespace's access to the API", () => {
  it("is an account and the fleet's certificate", () => {
    const steps = planAccess({ namespace, account: undefined, rootCa: undefined }, caPem);
    expect(steps).toMatchObject([
      { type: "createAccount", account: { metadata: { name: "default", namespace: "farm" } } },
      { type: "createRootCa", rootCa: { data: { "ca.crt": caPem } } },
    ]);
  });

  it("is left alone where it is complete, and where the namespace ends", () => {
    expect(planAccess({ namespace, account, rootCa }, caPem)).toEqual([]);
    expect(planAccess({ namespace, account, rootCa }, `${caPem}\n\n`)).toEqual([]);
    const ending = { ...namespace, metadata: { ...namespace.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" } };
    expect(planAccess({ namespace: ending, account: undefined, rootCa: undefined }, caPem)).toEqual([]);
    expect(planAccess({ namespace: undefined, account: undefined, rootCa: undefined }, caPem)).toEqual([]);
  });

  it.each([
    ["another certificate", { "ca.crt": "other" }],
    ["a key that is not ours", { "ca.crt": caPem, more: "" }],
    ["nothing", {}],
  ])("is restored where somebody put %s into its ConfigMap", (_, data) => {
    const steps = planAccess({ namespace, account, rootCa: { ...rootCa, data } }, caPem);
    expect(steps).toMatchObject([{ type: "replaceRootCa", rootCa: { data: { "ca.crt": caPem } } }]);
  });
});
