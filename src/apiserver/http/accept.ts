/** Which of the forms that the API server knows a client wants its answer in (RFC 9110 §12.5.1, without weights). */

export type ResponseForm =
  | { readonly form: "plain" }
  /** `application/json;as=Table;g=meta.k8s.io;v=v1`; likewise for `PartialObjectMetadata` and its list. */
  | { readonly form: "table" | "partial"; readonly version: "v1" | "v1beta1" };

const plain: ResponseForm = { form: "plain" };
const jsonTypes = new Set(["application/json", "application/*", "*/*"]);

/** The first form of the list that the server has; undefined where it has none of them. */
export function negotiateForm(accept: string | undefined): ResponseForm | undefined {
  if (accept === undefined || accept.trim() === "") return plain;
  for (const clause of accept.split(",")) {
    const { type, parameters } = parseMediaType(clause);
    if (!jsonTypes.has(type)) continue;
    const as = parameters.get("as");
    if (as === undefined) return plain;
    const version = parameters.get("v");
    if (parameters.get("g") !== "meta.k8s.io" || (version !== "v1" && version !== "v1beta1")) continue;
    if (as === "Table") return { form: "table", version };
    if (as === "PartialObjectMetadata" || as === "PartialObjectMetadataList") return { form: "partial", version };
  }
  return undefined;
}

/** Whether the list names `type` itself, as clients of OpenAPI do. */
export function acceptsType(accept: string | undefined, type: string): boolean {
  return accept?.split(",").some((clause) => parseMediaType(clause).type === type) ?? false;
}

/** Whether `gzip` is among the content codings that the client takes (RFC 9110 §12.5.3). */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  return (
    acceptEncoding?.split(",").some((clause) => {
      const { type, parameters } = parseMediaType(clause);
      return (type === "gzip" || type === "*") && Number(parameters.get("q") ?? "1") > 0;
    }) ?? false
  );
}

/** `type` in lower case and without parameters, which are given apart. */
export function parseMediaType(text: string): {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
} {
  const [type = "", ...rest] = text.split(";");
  const parameters = rest.map((parameter): [string, string] => {
    const [name = "", value = ""] = parameter.split("=");
    return [name.trim().toLowerCase(), value.trim()];
  });
  return { type: type.trim().toLowerCase(), parameters: new Map(parameters) };
}
