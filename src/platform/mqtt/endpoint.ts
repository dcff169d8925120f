export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Reads `10.99.0.1:8883`; undefined for anything else. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const [, host, digits] = /^([A-Za-z0-9.-]+):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}

export function formatEndpoint({ host, port }: Endpoint): string {
  return `${host}:${port}`;
}
