import { describe, expect, it } from "vitest";
import { administrator, TestApi } from "../apiserver/testing/test-api.ts";
import { brambleCommand, connectionTo } from "./testing/bramble-command.ts";

const fleet = await TestApi.open();
const connect = async () => connectionTo(fleet.api.asTransport(administrator));

describe("bramble dashboard", () => {
  it("prints a token of an administrator's and where to use it, as often as it is asked", async () => {
    const labels = { "node-role.kubernetes.io/voter": "" };
    const node = await fleet.send("POST", "/api/v1/nodes", { metadata: { name: "b1", labels } });
    await fleet.send("POST", "/api/v1/nodes", { metadata: { name: "b2" } });
    const addresses = [{ type: "InternalIP", address: "10.99.0.1" }];
    await fleet.send("PUT", "/api/v1/nodes/b1/status", { ...node.body, status: { addresses } });
    for (const words of ["dashboard", "dashboard --ttl 1h"]) {
      const { code, out, err } = await brambleCommand(words, { actions: { connect } });
      expect({ code, err }).toEqual({ code: 0, err: "" });
      const [token = ""] = out.split("\n");
      expect(await fleet.api.access.readToken(token)).toMatchObject({
        user: "system:serviceaccount:kube-system:dashboard-administrator",
      });
      expect(out).toContain("\n    https://10.99.0.1:6443/dashboard/\n\n");
      expect(out).toMatch(/administrator until 2023-11-1[45]T/);
    }
    const path = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/dashboard-administrator";
    expect((await fleet.get(path)).body.roleRef.name).toBe("cluster-admin");
  });

  it("refuses times that no token may last", async () => {
    const { code, err } = await brambleCommand("dashboard --ttl 1m", { actions: { connect } });
    expect(code).not.toBe(0);
    expect(err).toContain("expirationSeconds");
  });
});
