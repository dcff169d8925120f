/** `web`, `web:8080`, `https:web:` and `https:web:admin`: whom a proxy leads to, how, and to which of its ports. */
import { ApiError } from "../../../api/api-error.ts";

export interface ProxyName {
  readonly scheme: "http" | "https";
  readonly name: string;
  /** A number or a port's name; empty where the client leaves the choice to us. */
  readonly port: string;
}

/** Throws `ApiError` (400). */
export function parseProxyName(text: string): ProxyName {
  const parts = text.split(":");
  const [scheme, name, port] = parts.length === 3 ? parts : ["http", ...parts];
  const isKnown = scheme === "http" || scheme === "https" || scheme === "";
  if (parts.length > 3 || !isKnown || name === undefined || name === "") {
    throw ApiError.badRequest(
      `invalid proxy request "${text}": name it [scheme:]name[:port], with scheme http or https`,
    );
  }
  return { scheme: scheme === "https" ? "https" : "http", name, port: port ?? "" };
}
