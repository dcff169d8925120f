/** One suite for both ways of linking a fleet. */
import { describeLinks } from "./testing/links-conformance.ts";
import { EmbeddedRig, SharedRig } from "./testing/links-rigs.ts";

describeLinks("the voters' own brokers", EmbeddedRig.open);
describeLinks("one Mosquitto for all", SharedRig.open);
