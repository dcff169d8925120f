/** What daemons bear on a board, besides what their template says. */
import type { Toleration } from "../kinds/affinity.ts";
import type { DaemonSet } from "../kinds/daemon-set.ts";

const exists = "Exists" as const;

/** Daemons stay and start on boards that would send other pods away. */
const daemonTolerations: readonly Toleration[] = [
  { key: "node.kubernetes.io/not-ready", operator: exists, effect: "NoExecute" },
  { key: "node.kubernetes.io/unreachable", operator: exists, effect: "NoExecute" },
  { key: "node.kubernetes.io/disk-pressure", operator: exists, effect: "NoSchedule" },
  { key: "node.kubernetes.io/memory-pressure", operator: exists, effect: "NoSchedule" },
  { key: "node.kubernetes.io/pid-pressure", operator: exists, effect: "NoSchedule" },
  { key: "node.kubernetes.io/unschedulable", operator: exists, effect: "NoSchedule" },
];
const hostNetworkToleration: Toleration = {
  key: "node.kubernetes.io/network-unavailable",
  operator: exists,
  effect: "NoSchedule",
};

/** What the DaemonSet's pods bear: what the template says, and what every daemon bears. */
export function daemonPodTolerations(set: DaemonSet): Toleration[] {
  const { tolerations = [], hostNetwork } = set.spec.template.spec;
  const standard = hostNetwork === true ? [...daemonTolerations, hostNetworkToleration] : daemonTolerations;
  const missing = standard.filter(
    ({ key, effect }) =>
      !tolerations.some((own) => own.key === key && own.effect === effect && own.operator === exists),
  );
  return [...tolerations, ...missing];
}
