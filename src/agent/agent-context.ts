/** What every pod's worker shares on one board. */
import type { ReportItem } from "../api/board-link.ts";
import type { Clock } from "../lib/clock.ts";
import type { Logger } from "../lib/logger.ts";
import type { Random } from "../lib/random.ts";
import type { Slots } from "../lib/slots.ts";
import type { EventRecorder } from "./events/event-recorder.ts";
import type { AddressBook } from "./pod/address-book.ts";
import type { NameResolution } from "./pod/pod-files.ts";
import type { Mounts, PodNetwork, Runtime } from "./ports.ts";
import type { SliceView } from "./slice/slice-view.ts";
import type { PodTokens } from "./tokens/pod-tokens.ts";

export interface AgentContext {
  readonly node: string;
  /** `<data directory>/pods` */
  readonly podsDirectory: string;
  /** `<data directory>/volumes` */
  readonly volumesDirectory: string;
  readonly runtime: Runtime;
  readonly network: PodNetwork;
  readonly mounts: Mounts;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly events: EventRecorder;
  readonly addresses: AddressBook;
  /** Bounds how many containers the engine starts at once. */
  readonly starts: Slots;
  readonly tokens: PodTokens;
  readonly report: (item: ReportItem) => void;
  readonly slice: () => SliceView;
  readonly board: () => BoardSettings;
  /** Whether an ending pod of another uid still has this name. */
  readonly isNameTaken: (uid: string, namespace: string, name: string) => boolean;
  readonly onPodGone: (uid: string) => void;
}

export interface BoardSettings extends NameResolution {
  readonly hostAddress: string | undefined;
  readonly allocatable: Readonly<Record<string, string>>;
}
