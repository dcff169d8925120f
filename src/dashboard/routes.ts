/** Where a person is on the page, as the part of the address behind `#`. Pure. */

export const podTabs = ["log", "events", "terminal"] as const;
export type PodTab = (typeof podTabs)[number];

export type Route =
  | { readonly view: "fleet" }
  | { readonly view: "board"; readonly node: string }
  | { readonly view: "workloads" }
  | { readonly view: "workload"; readonly namespace: string; readonly resource: string; readonly name: string }
  | { readonly view: "pods" }
  | { readonly view: "pod"; readonly namespace: string; readonly name: string; readonly tab: PodTab }
  | { readonly view: "mesh" }
  | { readonly view: "storage" }
  | { readonly view: "attention" };

/** `#/pods/default/hello-x/log` */
export function hrefOf(route: Route): string {
  return `#/${pathOf(route).map(encodeURIComponent).join("/")}`;
}

function pathOf(route: Route): readonly string[] {
  switch (route.view) {
    case "board":
      return ["boards", route.node];
    case "workload":
      return ["workloads", route.namespace, route.resource, route.name];
    case "pod":
      return ["pods", route.namespace, route.name, route.tab];
    case "fleet":
    case "workloads":
    case "pods":
    case "mesh":
    case "storage":
    case "attention":
      return [route.view];
  }
}

/** The fleet for whatever leads nowhere. */
export function routeOf(hash: string): Route {
  const [first, second, third, fourth] = hash
    .replace(/^#?\/?/, "")
    .split("/")
    .map(decoded);
  switch (first) {
    case "boards":
      return second ? { view: "board", node: second } : { view: "fleet" };
    case "workloads":
      return second && third && fourth
        ? { view: "workload", namespace: second, resource: third, name: fourth }
        : { view: "workloads" };
    case "pods": {
      const tab = podTabs.find((each) => each === fourth) ?? "log";
      return second && third ? { view: "pod", namespace: second, name: third, tab } : { view: "pods" };
    }
    case "mesh":
    case "storage":
    case "attention":
      return { view: first };
    default:
      return { view: "fleet" };
  }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return "";
  }
}
