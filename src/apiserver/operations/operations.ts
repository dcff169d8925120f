/** Everything that `/bramble/v1/` answers to those who have a certificate, apart from HTTP. */
import { ApiError } from "../../api/api-error.ts";
import {
  encryptionKeysPath,
  encryptionPath,
  inviteVoterPath,
  type RenewAnswer,
  rejoinPath,
  removeVoterPath,
  rotateKeyPath,
  snapshotContentType,
  snapshotPath,
  standingPath,
  transferPath,
  votersPath,
} from "../../api/operations-exchange.ts";
import { encryptionStatus } from "../encryption/encryption-status.ts";
import { type RotateKeyOptions, rotateKey } from "../encryption/rotate-key.ts";
import { certifiedBoard } from "../joining/certified-board.ts";
import { type BoardCaller, type RejoinOptions, rejoin, standing } from "../joining/rejoin-service.ts";
import { renew } from "../joining/renew-service.ts";
import {
  inviteVoter,
  listVoters,
  removeVoter,
  transferLeadership,
  type VoterOperationsOptions,
} from "./voter-operations.ts";
import { type WriteSnapshotOptions, writeSnapshot } from "./write-snapshot.ts";

export type OperationsOptions = RejoinOptions & VoterOperationsOptions & WriteSnapshotOptions & RotateKeyOptions;

export interface OperationsRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly isAdministrator: boolean;
  /** Where a board asks. */
  readonly board?: BoardCaller;
}

export type OperationsReply =
  | { readonly type: "json"; readonly body: unknown }
  | { readonly type: "bytes"; readonly contentType: string; readonly parts: readonly Uint8Array[] };

export interface Operations {
  /** A board's next certificate; `certificate` in DER is the one that its connection showed. Throws `ApiError`. */
  renew(certificate: Uint8Array, body: () => Promise<unknown>): Promise<RenewAnswer>;
  /** Throws `ApiError`. */
  answer(request: OperationsRequest): Promise<OperationsReply>;
}

export function createOperations(options: OperationsOptions): Operations {
  const json = (body: unknown): OperationsReply => ({ type: "json", body });
  const administrators: Readonly<Record<string, (body: unknown) => Promise<OperationsReply>>> = {
    [`GET ${votersPath}`]: async () => json(await listVoters(options)),
    [`POST ${inviteVoterPath}`]: async (body) => json(await inviteVoter(options, body)),
    [`POST ${removeVoterPath}`]: async (body) => json(await removeVoter(options, body)),
    [`POST ${transferPath}`]: async (body) => json(await transferLeadership(options, body)),
    [`POST ${rotateKeyPath}`]: async () => json(await rotateKey(options)),
    [`GET ${encryptionPath}`]: async () => json(await encryptionStatus(options.store)),
    [`GET ${encryptionKeysPath}`]: async () => json({ keys: options.keyring.text }),
    [`GET ${snapshotPath}`]: async () => ({
      type: "bytes",
      contentType: snapshotContentType,
      parts: await writeSnapshot(options),
    }),
  };
  return {
    async renew(certificate, body) {
      const board = certifiedBoard(certificate, options.caPem);
      if (board === undefined) throw ApiError.unauthorized("only a board of the fleet may renew its certificate");
      return renew(options, board, await body());
    },
    async answer({ method, path, body, isAdministrator, board }) {
      const asked = `${method} ${path}`;
      if (asked === `POST ${rejoinPath}` || asked === `POST ${standingPath}`) {
        if (board === undefined) throw forbidden(path, "only a board may ask about its own seat");
        return json(await (path === rejoinPath ? rejoin : standing)(options, board, body));
      }
      const action = Object.hasOwn(administrators, asked) ? administrators[asked] : undefined;
      if (action === undefined) throw ApiError.noSuchPath();
      if (!isAdministrator) throw forbidden(path, "only the administrator may ask for this");
      return action(body);
    },
  };
}

function forbidden(path: string, why: string): ApiError {
  return ApiError.forbidden({ group: "", plural: path }, "", why);
}
