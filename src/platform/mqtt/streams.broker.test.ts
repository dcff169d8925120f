/** One suite for both ways of linking a fleet. */
import { EmbeddedRig, SharedRig } from "./testing/links-rigs.ts";
import { describeStreams } from "./testing/streams-conformance.ts";

describeStreams("the voters' own brokers", EmbeddedRig.open);
describeStreams("one Mosquitto for all", SharedRig.open);
