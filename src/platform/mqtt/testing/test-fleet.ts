/** A fleet's certificates and brokers on loopback, for tests of everything that speaks over real TLS. */
import { connect, type TLSSocket } from "node:tls";
import type { Clock } from "../../../lib/clock.ts";
import { type Logger, silentLogger } from "../../../lib/logger.ts";
import { seededRandom } from "../../../lib/random.ts";
import type { Member, VoterId } from "../../../replication/ports.ts";
import { systemClock } from "../../host/system-clock.ts";
import { createKeyAndCsr } from "../../pki/board-key.ts";
import { createFleetAuthority, type FleetAuthority, openFleetAuthority } from "../../pki/fleet-authority.ts";
import { ControlBroker } from "../control-broker.ts";
import type { LinkSurroundings } from "../kept-link.ts";
import { MqttAgentLink } from "../mqtt-agent-link.ts";
import { MqttVoterTransport } from "../mqtt-voter-transport.ts";
import type { TlsCredentials } from "../tls-credentials.ts";

export const address = "127.0.0.1";

export interface TestVoter {
  readonly id: VoterId;
  readonly node: string;
  readonly credentials: TlsCredentials;
}

function voterIdOf(node: string): VoterId {
  return `${node}.0a1b2c3d` as VoterId;
}

export class TestFleet {
  readonly fleet = "home";
  readonly #authority: FleetAuthority;
  readonly #closers: (() => unknown)[] = [];

  static async create(): Promise<TestFleet> {
    return new TestFleet(openFleetAuthority(await createFleetAuthority("home")));
  }

  private constructor(authority: FleetAuthority) {
    this.#authority = authority;
  }

  async board(node: string, voter?: VoterId): Promise<TlsCredentials> {
    const { keyPem, csrPem } = await createKeyAndCsr(node);
    const names = { node, address, fleet: this.fleet, ...(voter === undefined ? {} : { voter }) };
    const certificatePem = await this.#authority.signBoard({ csrPem, ...names });
    return { caPem: this.#authority.caPem, certificatePem, keyPem };
  }

  async voter(node: string): Promise<TestVoter> {
    const id = voterIdOf(node);
    return { id, node, credentials: await this.board(node, id) };
  }

  async admin(): Promise<TlsCredentials> {
    return { caPem: this.#authority.caPem, ...(await this.#authority.signAdmin()) };
  }

  /** A broker on any free port, or again on `port`, that serves boards at once. */
  async broker(voter: TestVoter, port = 0): Promise<ControlBroker> {
    const broker = await this.startingBroker(voter, port);
    broker.serveBoards();
    return broker;
  }

  /** A broker that turns boards away until `serveBoards`. */
  async startingBroker(
    { id, credentials }: TestVoter,
    port = 0,
    logger: Logger = silentLogger,
    clock: Pick<Clock, "nowMs"> = systemClock,
  ): Promise<ControlBroker> {
    const options = { fleet: this.fleet, voter: id, address, port, credentials, clock, logger };
    const broker = await ControlBroker.start(options);
    this.atEnd(() => broker.close());
    return broker;
  }

  transport(voter: TestVoter, broker: ControlBroker): MqttVoterTransport {
    const options = { fleet: this.fleet, self: voter.id, broker, ...surroundings(voter.credentials) };
    const transport = new MqttVoterTransport(options);
    this.atEnd(() => transport.close());
    return transport;
  }

  agentLink(node: string, credentials: TlsCredentials, ownVoter?: string): MqttAgentLink {
    const own = ownVoter === undefined ? {} : { ownVoter };
    const link = new MqttAgentLink({ fleet: this.fleet, node, ...own, ...surroundings(credentials) });
    this.atEnd(() => link.close());
    return link;
  }

  /** A bare TLS connection, to say what no client of ours says. */
  async socket(credentials: TlsCredentials, port: number): Promise<TLSSocket> {
    const { caPem: ca, certificatePem: cert, keyPem: key } = credentials;
    const socket = connect({ host: address, port, ca, cert, key, checkServerIdentity: () => undefined });
    this.atEnd(() => socket.destroy());
    await new Promise<void>((resolve, reject) => socket.once("secureConnect", resolve).once("error", reject));
    socket.on("error", () => {});
    return socket;
  }

  atEnd(close: () => unknown): void {
    this.#closers.push(close);
  }

  /** Ends what was begun, newest first. */
  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
  }
}

function surroundings(credentials: TlsCredentials): LinkSurroundings {
  return { clock: systemClock, random: seededRandom(7), logger: silentLogger, credentials: () => credentials };
}

export function memberOf({ id, node }: TestVoter, { port }: ControlBroker): Member {
  return { id, node, address: `${address}:${port}`, role: "voter" };
}
