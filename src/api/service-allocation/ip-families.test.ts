import { describe, expect, it } from "vitest";
import { type Service, serviceResource } from "../kinds/service.ts";
import { withFamilies } from "./ip-families.ts";

const service = (spec: object): Service =>
  serviceResource.schema.parse({ apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec });
const ports = [{ port: 80 }];
const headless = { clusterIP: "None" };
const selector = { app: "web" };

describe("the families of a Service", () => {
  it.each([
    ["none named", { ports }, ["IPv4"], "SingleStack"],
    ["IPv4 named", { ports, ipFamilies: ["IPv4"] }, ["IPv4"], "SingleStack"],
    ["both welcome", { ports, ipFamilyPolicy: "PreferDualStack" }, ["IPv4"], "PreferDualStack"],
    ["an address named", { ports, clusterIP: "10.43.0.9" }, ["IPv4"], "SingleStack"],
    ["headless", { ...headless, selector }, ["IPv4"], "SingleStack"],
    ["headless, for pods elsewhere", headless, ["IPv4", "IPv6"], "RequireDualStack"],
    ["headless, for IPv6 elsewhere", { ...headless, ipFamilies: ["IPv6"] }, ["IPv6", "IPv4"], "RequireDualStack"],
    [
      "headless, for one family elsewhere",
      { ...headless, ipFamilies: ["IPv6"], ipFamilyPolicy: "SingleStack" },
      ["IPv6"],
      "SingleStack",
    ],
  ])("%s", (_, spec, ipFamilies, ipFamilyPolicy) => {
    expect(withFamilies(service(spec)).spec).toMatchObject({ ipFamilies, ipFamilyPolicy });
  });

  it("are none of another word for a name", () => {
    const named = service({ type: "ExternalName", externalName: "x.example.com" });
    expect(withFamilies(named)).toBe(named);
  });

  it.each([
    [
      { ipFamilyPolicy: "RequireDualStack" },
      'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
    ],
    [{ ipFamilies: ["IPv6"] }, 'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster'],
    [
      { ipFamilyPolicy: "PreferDualStack", ipFamilies: ["IPv4", "IPv6"] },
      'spec.ipFamilies[1]: Invalid value: "IPv6": not configured on this cluster',
    ],
    [
      { ipFamilies: ["IPv4", "IPv6"], ipFamilyPolicy: "SingleStack" },
      "spec.ipFamilyPolicy: Invalid value: \"SingleStack\": must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified",
    ],
    [
      { clusterIP: "fd00::9" },
      'spec.clusterIPs[0]: Invalid value: ["fd00::9"]: IPv6 is not configured on this cluster',
    ],
  ])("may not be those of %j", (spec, message) => {
    expect(() => withFamilies(service({ ports, ...spec }))).toThrow(message);
  });
});
