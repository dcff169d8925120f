/** Which ways of connecting a telemetry broker takes, before it looks at who it is. */

export interface ReaderAttempt {
  readonly clientId: string;
  readonly username: string | undefined;
  readonly clean: boolean;
  readonly will: boolean;
}

/** CONNACK's return codes (MQTT 3.1.1, table 3.1). */
const identifierRejected = 2;
export const badCredentials = 4;
export const notAuthorized = 5;

export interface ReaderRefusal {
  readonly returnCode: number;
  readonly reason: string;
}

const nameLengthMax = 256;

/** Why this client is turned away; undefined where nothing speaks against it. */
export function refuseReader({ clientId, username, clean, will }: ReaderAttempt): ReaderRefusal | undefined {
  if (!isPlainName(clientId)) {
    return { returnCode: identifierRejected, reason: "a client id holds no wildcard, and at most 256 characters" };
  }
  if (username !== undefined && !isPlainName(username)) {
    return { returnCode: badCredentials, reason: "a user name holds no wildcard, and at most 256 characters" };
  }
  if (will) return { returnCode: notAuthorized, reason: "wills are not kept: readers say nothing" };
  if (!clean) return { returnCode: notAuthorized, reason: "sessions are not stored: connect with a clean one" };
  return undefined;
}

/** Brokers and access lists have taken such names for patterns. */
function isPlainName(name: string): boolean {
  return name.length <= nameLengthMax && !/[+#\0]/.test(name);
}
