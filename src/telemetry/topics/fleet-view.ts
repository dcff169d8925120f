/** What topics are made of: the fleet as one voter sees it at one moment. */
import type { Node } from "../../api/kinds/node.ts";
import type { Availability } from "../../api/telemetry/node-telemetry.ts";

export interface FleetVoter {
  readonly node: string;
  /** Where its control broker listens, `10.99.0.1:8883`. */
  readonly address: string;
  readonly role: "voter" | "learner";
}

export interface FleetLeadership {
  /** Absent while nobody leads, as far as is known here. */
  readonly node?: string;
  readonly term: number;
}

/** Whether a board's connection to the fleet stands, and since when it does or does not, where that was seen. */
export interface BoardPresence {
  readonly state: Availability;
  readonly since?: string;
}

export interface FleetView {
  readonly name: string;
  readonly version: string;
  readonly leadership: FleetLeadership;
  readonly voters: readonly FleetVoter[];
  readonly nodes: readonly Node[];
  readonly presence: (node: string) => BoardPresence;
}
