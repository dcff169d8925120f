/** Voters and boards on loopback: each voter with its own broker, or all of them at one Mosquitto. */
import { silentLogger } from "../../../lib/logger.ts";
import { seededRandom } from "../../../lib/random.ts";
import { systemClock } from "../../host/system-clock.ts";
import { MqttBoardLinks } from "../mqtt-board-links.ts";
import { SharedAgentLink } from "../shared/shared-agent-link.ts";
import { SharedVoterLink } from "../shared/shared-voter-link.ts";
import type { TlsCredentials } from "../tls-credentials.ts";
import type { ClosableAgentLink, LinksRig, RigVoter } from "./links-conformance.ts";
import { Mosquitto } from "./mosquitto.ts";
import { address, memberOf, TestFleet, type TestVoter } from "./test-fleet.ts";

export class EmbeddedRig implements LinksRig {
  readonly #fleet: TestFleet;

  static async open(): Promise<EmbeddedRig> {
    return new EmbeddedRig(await TestFleet.create());
  }

  private constructor(fleet: TestFleet) {
    this.#fleet = fleet;
  }

  async voter(node: string): Promise<RigVoter> {
    return this.#start(await this.#fleet.voter(node));
  }

  restarted({ voter, member }: RigVoter): Promise<RigVoter> {
    return this.#start(voter, Number(member.address.split(":")[1]));
  }

  async agent(node: string, own?: RigVoter): Promise<ClosableAgentLink> {
    const credentials = own?.voter.credentials ?? (await this.#fleet.board(node));
    return this.#fleet.agentLink(node, credentials, own?.member.address);
  }

  close(): Promise<void> {
    return this.#fleet.close();
  }

  async #start(voter: TestVoter, port = 0): Promise<RigVoter> {
    const broker = await this.#fleet.broker(voter, port);
    const transport = this.#fleet.transport(voter, broker);
    const stop = async () => {
      transport.close();
      await broker.close();
    };
    return { voter, member: memberOf(voter, broker), transport, boards: new MqttBoardLinks(broker), stop };
  }
}

export class SharedRig implements LinksRig {
  readonly mosquitto: Mosquitto;
  readonly fleet: TestFleet;
  #starts = 0;

  static async open(): Promise<SharedRig> {
    const fleet = await TestFleet.create();
    const mosquitto = await Mosquitto.start(fleet.fleet, await fleet.board("broker"));
    fleet.atEnd(() => mosquitto.close());
    return new SharedRig(fleet, mosquitto);
  }

  private constructor(fleet: TestFleet, mosquitto: Mosquitto) {
    this.fleet = fleet;
    this.mosquitto = mosquitto;
  }

  async voter(node: string): Promise<RigVoter> {
    return this.#start(await this.fleet.voter(node));
  }

  restarted({ voter }: RigVoter): Promise<RigVoter> {
    return this.#start(voter);
  }

  async agent(node: string, own?: RigVoter): Promise<ClosableAgentLink> {
    const credentials = own?.voter.credentials ?? (await this.fleet.board(node));
    const ownVoter = own === undefined ? {} : { ownVoter: own.member.address };
    const link = new SharedAgentLink({ node, ...ownVoter, ...this.#surroundings(credentials) });
    this.fleet.atEnd(() => link.close());
    return link;
  }

  close(): Promise<void> {
    return this.fleet.close();
  }

  async #start(voter: TestVoter): Promise<RigVoter> {
    const { id, node, credentials } = voter;
    const member = { id, node, address: `${node}.${address}:8883`, role: "voter" } as const;
    const transport = new SharedVoterLink({ self: id, address: member.address, ...this.#surroundings(credentials) });
    transport.serveBoards();
    this.fleet.atEnd(() => transport.close());
    return { voter, member, transport, boards: transport.boards, stop: async () => transport.close() };
  }

  #surroundings(credentials: TlsCredentials) {
    this.#starts += 1;
    return {
      fleet: this.fleet.fleet,
      broker: this.mosquitto.endpoint,
      fleetCaPem: credentials.caPem,
      start: `start-${this.#starts}`,
      clock: systemClock,
      random: seededRandom(this.#starts),
      logger: silentLogger,
      credentials: () => credentials,
    };
  }
}
