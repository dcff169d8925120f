/** The JSON Schema of a custom kind, as far as Kubernetes takes it; what is not listed here has no effect. */
import { z } from "zod";

const count = z.int().nonnegative().optional();
const flag = z.boolean().optional();

const structuralSchemaSchema = z.object({
  type: z.enum(["object", "array", "string", "integer", "number", "boolean"]).optional(),
  description: z.string().optional(),
  format: z.string().optional(),
  default: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: flag,
  exclusiveMaximum: flag,
  multipleOf: z.number().positive().optional(),
  minLength: count,
  maxLength: count,
  pattern: z.string().optional(),
  minItems: count,
  maxItems: count,
  uniqueItems: flag,
  minProperties: count,
  maxProperties: count,
  "x-kubernetes-preserve-unknown-fields": flag,
  "x-kubernetes-embedded-resource": flag,
  "x-kubernetes-int-or-string": flag,
  "x-kubernetes-list-type": z.enum(["atomic", "set", "map"]).optional(),
  "x-kubernetes-list-map-keys": z.array(z.string()).optional(),
  "x-kubernetes-map-type": z.enum(["granular", "atomic"]).optional(),
  get properties() {
    return z.record(z.string(), structuralSchemaSchema).optional();
  },
  get additionalProperties() {
    return z.union([z.boolean(), structuralSchemaSchema]).optional();
  },
  get items() {
    return structuralSchemaSchema.optional();
  },
  get allOf() {
    return z.array(structuralSchemaSchema).optional();
  },
  get anyOf() {
    return z.array(structuralSchemaSchema).optional();
  },
  get oneOf() {
    return z.array(structuralSchemaSchema).optional();
  },
  get not() {
    return structuralSchemaSchema.optional();
  },
});
export type StructuralSchema = z.infer<typeof structuralSchemaSchema>;

/** Undefined for what is no schema. */
export function parseStructuralSchema(value: unknown): StructuralSchema | undefined {
  return structuralSchemaSchema.safeParse(value).data;
}
