/** The kinds that the fleet serves, as discovery tells, and which of them a word on the command line means. */
import { z } from "zod";
import type { ApiTransport } from "../../api/exchange.ts";
import { successBody } from "../../client/reply.ts";
import { UsageError } from "../../lib/errors.ts";

export interface ServedKind {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

const names = z.array(z.string()).optional();
const resourceListSchema = z.object({
  resources: z.array(
    z.object({
      name: z.string(),
      singularName: z.string().optional(),
      namespaced: z.boolean(),
      kind: z.string(),
      verbs: z.array(z.string()),
      shortNames: names,
      categories: names,
    }),
  ),
});
const groupListSchema = z.object({
  groups: z.array(
    z.object({ name: z.string(), versions: z.array(z.object({ version: z.string(), groupVersion: z.string() })) }),
  ),
});

export class ServedKinds {
  readonly #kinds: readonly ServedKind[];

  /** In the order in which a word is looked up: the first group, and its first version, wins. */
  constructor(kinds: readonly ServedKind[]) {
    this.#kinds = kinds;
  }

  static async discover(api: ApiTransport): Promise<ServedKinds> {
    const { groups } = groupListSchema.parse(await read(api, "/apis"));
    const served = [
      { group: "", version: "v1", path: "/api/v1" },
      ...groups.flatMap(({ name, versions }) =>
        versions.map(({ version, groupVersion }) => ({ group: name, version, path: `/apis/${groupVersion}` })),
      ),
    ];
    const lists = await Promise.all(
      served.map(async ({ group, version, path }) =>
        resourceListSchema
          .parse(await read(api, path))
          .resources.filter(({ name }) => !name.includes("/"))
          .map(
            ({ name, singularName, shortNames = [], categories = [], ...rest }): ServedKind => ({
              ...rest,
              group,
              version,
              plural: name,
              singular: singularName || rest.kind.toLowerCase(),
              shortNames,
              categories,
            }),
          ),
      ),
    );
    return new ServedKinds(lists.flat());
  }

  /** What `pods`, `po`, `Pod`, `deployments.apps` or `deployments.v1.apps` means. */
  find(word: string): ServedKind | undefined {
    const [name = "", ...qualifiers] = word.toLowerCase().split(".");
    const qualifier = qualifiers.join(".");
    return this.#kinds.find(
      (kind) =>
        isCalled(kind, name) && ["", kind.group, kind.version, `${kind.version}.${kind.group}`].includes(qualifier),
    );
  }

  /** The kinds that a word means: one by its name, or all of a category. Throws `UsageError` for an unknown one. */
  named(word: string): readonly ServedKind[] {
    const kind = this.find(word);
    if (kind !== undefined) return [kind];
    const members = this.#kinds.filter(({ categories }) => categories.includes(word));
    if (members.length > 0) return members;
    throw new UsageError(`the fleet has no kind ${JSON.stringify(word)}: see \`bramble api-resources\``);
  }

  /** The kind of an object in a manifest. Throws `UsageError` where it is not served. */
  ofObject(apiVersion: string, kind: string): ServedKind {
    const found = this.#kinds.find(
      (each) => each.kind === kind && (each.group === "" ? "" : `${each.group}/`) + each.version === apiVersion,
    );
    if (found !== undefined) return found;
    throw new UsageError(`the fleet does not serve ${kind} of ${apiVersion}: see \`bramble api-resources\``);
  }

  all(): readonly ServedKind[] {
    return this.#kinds;
  }
}

function isCalled({ plural, singular, shortNames, kind }: ServedKind, word: string): boolean {
  return [plural, singular, kind.toLowerCase(), ...shortNames].includes(word);
}

async function read(api: ApiTransport, path: string): Promise<unknown> {
  return successBody(await api.request({ method: "GET", path }));
}
