import type { z } from "zod";
import { defineResource } from "../define-resource.ts";
import { objectMetaSchema } from "../meta/object-meta.ts";
import { define, definitionPrefix, int32, pointerText } from "../meta/schema.ts";
import { microTime } from "../meta/time.ts";
import { typeMeta } from "../meta/type-meta.ts";
import { ageColumn, nameColumn } from "../printing.ts";
import type { Resource } from "../resource.ts";
import { type Cause, invalid } from "../validation/cause.ts";

const prefix = definitionPrefix.coordination;

const leaseSchema = define(
  `${prefix}.Lease`,
  "Says who holds something, and until when; programs elect leaders by it.",
  {
    ...typeMeta("coordination.k8s.io/v1", "Lease"),
    metadata: objectMetaSchema,
    spec: define(
      `${prefix}.LeaseSpec`,
      "Who holds it, and until when.",
      {
        holderIdentity: pointerText,
        leaseDurationSeconds: int32,
        acquireTime: microTime,
        renewTime: microTime,
        leaseTransitions: int32,
        strategy: pointerText,
        preferredHolder: pointerText,
      },
      {
        holderIdentity: "Who holds the lease.",
        leaseDurationSeconds: "How long after `renewTime` others must wait before they take it.",
        acquireTime: "When the holder took it.",
        renewTime: "When the holder last said that it is still there.",
        leaseTransitions: "How often the holder changed.",
      },
    ).default({}),
  },
  { spec: "Who holds it, and until when." },
);
export type Lease = z.infer<typeof leaseSchema>;

export const leaseResource: Resource<Lease> = defineResource<Lease>({
  group: "coordination.k8s.io",
  version: "v1",
  kind: "Lease",
  plural: "leases",
  namespaced: true,
  schema: leaseSchema,
  columns: [
    nameColumn,
    { name: "Holder", description: "Who holds the lease.", cell: ({ spec }) => spec.holderIdentity ?? "" },
    ageColumn,
  ],
  validate: validateLease,
});

function validateLease({ spec: { leaseDurationSeconds = 1, leaseTransitions = 0 } }: Lease): Cause[] {
  const causes: Cause[] = [];
  if (leaseDurationSeconds <= 0)
    causes.push(invalid("spec.leaseDurationSeconds", leaseDurationSeconds, "must be greater than 0"));
  if (leaseTransitions < 0)
    causes.push(invalid("spec.leaseTransitions", leaseTransitions, "must be greater than or equal to 0"));
  return causes;
}
