/** A voter with everything real but its wire, its disk and its boards' engines, in virtual time. */
import { administrator, TestApi } from "../../apiserver/testing/test-api.ts";
import { ApiClient } from "../../client/api-client.ts";
import type { Surroundings } from "../../client/controller.ts";
import { SharedInformers } from "../../client/shared-informers.ts";
import { makeControllers, runControllers } from "../../controllers/start-controllers.ts";
import { silentLogger } from "../../lib/logger.ts";
import { seededRandom } from "../../lib/random.ts";
import { schedulerController } from "../../scheduler/scheduler.ts";
import { FleetPresence } from "../presence/fleet-presence.ts";
import type { PresenceChannel } from "../presence/presence-reporter.ts";
import { startBoards } from "../start-boards.ts";
import { VoterSocket } from "./board-cable.ts";
import { DutifulBoard } from "./dutiful-board.ts";

const turnsMax = 4000;

export class SmallFleet {
  readonly test: TestApi;
  readonly client: ApiClient;
  readonly socket = new VoterSocket();
  readonly surroundings: Surroundings;
  readonly boards = new Map<string, DutifulBoard>();
  readonly #abort = new AbortController();
  #ended: Promise<unknown> = Promise.resolve();

  private constructor(test: TestApi) {
    this.test = test;
    this.client = new ApiClient(test.api.asTransport(administrator));
    this.surroundings = { clock: test.clock, random: seededRandom(5), log: silentLogger };
  }

  static async start(boardNames: readonly string[]): Promise<SmallFleet> {
    const fleet = new SmallFleet(await TestApi.open());
    fleet.#run();
    for (const name of boardNames) fleet.addBoard(name);
    return fleet;
  }

  #run(): void {
    const { client, surroundings, socket } = this;
    const { signal } = this.#abort;
    const handlers: ((from: string, payload: Uint8Array) => void)[] = [];
    const channel: PresenceChannel = {
      sendToLeader: (payload) => {
        for (const handler of handlers) handler("b1.00000001", payload);
      },
      onMessage: (handler) => void handlers.push(handler),
    };
    const presence = new FleetPresence(channel, surroundings.clock);
    presence.lead(signal);
    const context = { ...surroundings, client, informers: new SharedInformers(client, surroundings) };
    const apiServers = { current: () => ({ addresses: ["10.99.0.1"], port: 6443 }), onChange: () => {} };
    const controllers = [
      ...makeControllers(context, {
        presence,
        podCidr: "10.42.0.0/16",
        caPem: "the CA of a fleet under test\n",
        apiServers,
      }),
      schedulerController(context),
    ];
    const voters = () => [{ node: "b1", address: "10.99.0.1:8883" }];
    this.#ended = Promise.all([
      runControllers(context, controllers, signal),
      startBoards(
        {
          ...surroundings,
          client,
          informers: new SharedInformers(client, surroundings),
          links: socket,
          presence: channel,
          voters,
          onVotersChange: () => () => {},
        },
        signal,
      ),
    ]);
  }

  addBoard(name: string): DutifulBoard {
    const board = new DutifulBoard(name, this.surroundings);
    this.boards.set(name, board);
    board.cable.plugInto(this.socket);
    return board;
  }

  /** Lets virtual time pass in small steps until the condition holds. */
  async until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    for (let turn = 0; turn < turnsMax; turn += 1) {
      if (await condition()) return;
      await this.pass(20);
    }
    throw new Error(`never happened: ${what}`);
  }

  /** Lets `durationMs` of virtual time pass, and everything settle that falls due in it. */
  async pass(durationMs: number): Promise<void> {
    for (let passed = 0; passed < durationMs; passed += 20) {
      this.test.clock.advance(Math.min(20, durationMs - passed));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async stop(): Promise<void> {
    this.#abort.abort(new Error("the test is over"));
    await this.#ended;
    await this.test.store.close();
  }
}
