/** Which texts may name objects, labels and keys. Every check is linear in the length of its text. */

/** Says what is wrong with a text; undefined where nothing is. */
export type TextRule = (text: string) => string | undefined;

const label = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const qualifiedName = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const dataKey = /^[-._a-zA-Z0-9]+$/;
const envName = /^[^=\0]+$/;

const labelDetail =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name' or '123-abc')";
const label1035Detail =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name', or 'abc-123')";
const subdomainDetail =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com')";
const qualifiedDetail =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName' or 'my.name')";
const labelValueDetail =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue' or 'my_value')";

function tooLong(max: number): string {
  return `must be no more than ${max} characters`;
}

/** RFC 1123 label: namespaces, containers, volumes. */
export const dnsLabel: TextRule = (text) => {
  if (text.length > 63) return tooLong(63);
  return label.test(text) ? undefined : labelDetail;
};

/** RFC 1035 label, which must not start with a digit: services. */
export const dns1035Label: TextRule = (text) => {
  if (text.length > 63) return tooLong(63);
  return label.test(text) && /^[a-z]/.test(text) ? undefined : label1035Detail;
};

/** Anything that can be one segment of a path: roles, whose names may carry colons. */
export const pathSegment: TextRule = (text) => {
  if (text === "." || text === "..") return `may not be '${text}'`;
  if (text.includes("/")) return "may not contain '/'";
  return text.includes("%") ? "may not contain '%'" : undefined;
};

/** RFC 1123 subdomain: most objects. */
export const dnsSubdomain: TextRule = (text) => {
  if (text.length > 253) return tooLong(253);
  return text.split(".").every((part) => label.test(part)) ? undefined : subdomainDetail;
};

/** The key of a label, an annotation or a taint: a name, with a DNS subdomain and a slash before it or not. */
export const labelKey: TextRule = (text) => {
  const slash = text.indexOf("/");
  const prefix = slash < 0 ? undefined : text.slice(0, slash);
  const name = text.slice(slash + 1);
  if (name.includes("/")) return "a qualified name must have at most one '/' between a DNS subdomain and its name part";
  if (prefix !== undefined) {
    if (prefix === "") return "prefix part must be non-empty";
    const wrong = dnsSubdomain(prefix);
    if (wrong !== undefined) return `prefix part ${wrong}`;
  }
  if (name === "") return "name part must be non-empty";
  if (name.length > 63) return `name part ${tooLong(63)}`;
  return qualifiedName.test(name) ? undefined : qualifiedDetail;
};

export const labelValue: TextRule = (text) => {
  if (text.length > 63) return tooLong(63);
  return text === "" || qualifiedName.test(text) ? undefined : labelValueDetail;
};

/** A key of a ConfigMap or a Secret, which becomes the name of a file. */
export const configKey: TextRule = (text) => {
  if (text.length > 253) return tooLong(253);
  if (text === "." || text === "..") return `must not be '${text}'`;
  if (text.startsWith("..")) return "must not start with '..'";
  if (dataKey.test(text)) return undefined;
  return "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name' or 'KEY_NAME')";
};

export const envVarName: TextRule = (text) =>
  envName.test(text) ? undefined : "a valid environment variable name must be non-empty and must not contain '='";

/** A port's name: an IANA service name. */
export const portName: TextRule = (text) => {
  if (text.length > 15) return "must be no more than 15 characters";
  if (!/^[-a-z0-9]+$/.test(text)) return "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)";
  if (!/[a-z]/.test(text)) return "must contain at least one letter (a-z)";
  if (text.includes("--")) return "must not contain consecutive hyphens";
  if (text.startsWith("-") || text.endsWith("-")) return "must not begin or end with a hyphen";
  return undefined;
};
