/** How a kind is made known to the fleet: its names, its versions, and the shape of its objects. */
import { z } from "zod";
import {
  annotate,
  define,
  definitionPrefix,
  flag,
  int32,
  mapOf,
  pointerText,
  requiredText,
  text,
  textList,
} from "../../meta/schema.ts";

const prefix = definitionPrefix.apiextensions;

const customNamesSchema = define(
  `${prefix}.CustomResourceDefinitionNames`,
  "What the kind is called.",
  {
    plural: requiredText,
    singular: text,
    shortNames: textList,
    kind: requiredText,
    listKind: text,
    categories: textList,
  },
  {
    plural: "As in paths: `greetings`.",
    singular: "As people type it; the kind in small letters where absent.",
    kind: "As in manifests: `Greeting`.",
    categories: "Groups of kinds that `kubectl get` lists together, such as `all`.",
  },
).overwrite(withDerivedNames);

interface Names {
  kind: string;
  singular?: string | undefined;
  listKind?: string | undefined;
}

function withDerivedNames<N extends Names>(names: N): N {
  const { kind, singular = kind.toLowerCase(), listKind = `${kind}List` } = names;
  return { ...names, singular, listKind };
}

/** JSON Schema as far as Kubernetes takes it; kept as it was sent. */
const jsonSchemaSchema = annotate(mapOf(z.unknown()), {
  definition: `${prefix}.JSONSchemaProps`,
  description: "The shape of a value, as a JSON Schema.",
  openapi: { type: "object" },
  values: z.unknown(),
});

const versionSchema = define(
  `${prefix}.CustomResourceDefinitionVersion`,
  "One version of the kind.",
  {
    name: requiredText,
    served: z.boolean(),
    storage: z.boolean(),
    deprecated: flag,
    deprecationWarning: pointerText,
    schema: define(`${prefix}.CustomResourceValidation`, "The shape of the objects.", {
      openAPIV3Schema: jsonSchemaSchema.optional(),
    }).optional(),
    subresources: define(`${prefix}.CustomResourceSubresources`, "What objects have beside themselves.", {
      status: annotate(mapOf(z.unknown()), {
        definition: `${prefix}.CustomResourceSubresourceStatus`,
        description: "The status has a path of its own.",
        openapi: { type: "object" },
        values: z.unknown(),
      }).optional(),
      scale: define(`${prefix}.CustomResourceSubresourceScale`, "Where the objects keep how many they are.", {
        specReplicasPath: requiredText,
        statusReplicasPath: requiredText,
        labelSelectorPath: pointerText,
      }).optional(),
    }).optional(),
    additionalPrinterColumns: z
      .array(
        define(`${prefix}.CustomResourceColumnDefinition`, "A column of `kubectl get`.", {
          name: requiredText,
          type: requiredText,
          format: text,
          description: text,
          priority: int32,
          jsonPath: requiredText,
        }),
      )
      .optional(),
    selectableFields: z
      .array(define(`${prefix}.SelectableField`, "A field that selectors may name.", { jsonPath: requiredText }))
      .optional(),
  },
  { served: "Whether clients may use the version.", storage: "Whether objects are stored in it; one version is." },
);
export type CustomVersion = z.infer<typeof versionSchema>;

export const customResourceDefinitionSpecSchema = define(
  `${prefix}.CustomResourceDefinitionSpec`,
  "What the kind is.",
  {
    group: requiredText,
    names: customNamesSchema,
    scope: z.enum(["Cluster", "Namespaced"]),
    versions: z.array(versionSchema),
    conversion: define(`${prefix}.CustomResourceConversion`, "How objects change their version.", {
      strategy: requiredText,
    }).default({ strategy: "None" }),
    preserveUnknownFields: flag,
  },
  { group: "The group of the kind: `example.com`.", scope: "Namespaced or Cluster.", versions: "Its versions." },
);
export type CustomResourceDefinitionSpec = z.infer<typeof customResourceDefinitionSpecSchema>;
