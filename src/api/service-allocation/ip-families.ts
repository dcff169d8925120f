/** Which families of addresses a Service has on a fleet whose pod network is IPv4 alone. */
import { ApiError } from "../api-error.ts";
import { type Service, serviceResource } from "../kinds/service.ts";
import { isHeadless } from "../kinds/service-needs.ts";
import type { ServiceSpec } from "../kinds/service-spec.ts";
import { familyOf } from "../kinds/validate-service-addresses.ts";
import { type Cause, invalid } from "../validation/cause.ts";

type Family = NonNullable<ServiceSpec["ipFamilies"]>[number];

const ownFamily: Family = "IPv4";

/** With the families and the policy that it left to the fleet. Throws `ApiError` (422) for what the fleet has not. */
export function withFamilies(service: Service): Service {
  const { spec } = service;
  if (spec.type === "ExternalName") return service;
  // Nobody translates addresses for a service without pods of its own: both families are fine, as in Kubernetes.
  const isElsewhere = isHeadless(spec) && Object.keys(spec.selector ?? {}).length === 0;
  const policy = spec.ipFamilyPolicy ?? (isElsewhere ? "RequireDualStack" : "SingleStack");
  const families = familiesOf(spec);
  const unfit = [...tooManyFor(spec, policy), ...foreignAddresses(spec)];
  if (unfit.length === 0 && !isElsewhere) unfit.push(...unknownHere(policy, families));
  if (unfit.length > 0) throw ApiError.invalid(serviceResource, service.metadata.name, unfit);
  const isOneOfTwo = isElsewhere && policy !== "SingleStack" && families.length === 1;
  const ipFamilies: Family[] = isOneOfTwo ? [...families, families[0] === "IPv4" ? "IPv6" : "IPv4"] : families;
  return { ...service, spec: { ...spec, ipFamilies, ipFamilyPolicy: policy } };
}

/** Those that are named, then those of addresses that are named. */
function familiesOf({ ipFamilies = [], clusterIPs = [] }: ServiceSpec): Family[] {
  const more = clusterIPs.slice(ipFamilies.length).filter((ip) => ip !== "None");
  const families = [...ipFamilies, ...more.map(familyOf)];
  return families.length === 0 ? [ownFamily] : families;
}

function tooManyFor({ clusterIPs = [], ipFamilies = [] }: ServiceSpec, policy: string): Cause[] {
  if (policy !== "SingleStack") return [];
  const refusal = (what: string) =>
    invalid(
      "spec.ipFamilyPolicy",
      policy,
      `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`,
    );
  return [
    ...(clusterIPs.length === 2 ? [refusal("cluster IPs")] : []),
    ...(ipFamilies.length === 2 ? [refusal("IP families")] : []),
  ];
}

function foreignAddresses({ clusterIPs = [], ipFamilies = [] }: ServiceSpec): Cause[] {
  return clusterIPs.flatMap((ip, index) =>
    index >= ipFamilies.length && familyOf(ip) !== ownFamily
      ? [invalid(`spec.clusterIPs[${index}]`, clusterIPs, `${familyOf(ip)} is not configured on this cluster`)]
      : [],
  );
}

function unknownHere(policy: string, families: readonly Family[]): Cause[] {
  return [
    ...(policy === "RequireDualStack"
      ? [invalid("spec.ipFamilyPolicy", policy, "this cluster is not configured for dual-stack services")]
      : []),
    ...families.flatMap((family, index) =>
      family === ownFamily ? [] : [invalid(`spec.ipFamilies[${index}]`, family, "not configured on this cluster")],
    ),
  ];
}
