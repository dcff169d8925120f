import { z } from "zod";
import { define, definitionPrefix, int32Value, pointerText, text } from "../meta/schema.ts";

const prefix = definitionPrefix.core;

export const loadBalancerStatusSchema = define(`${prefix}.LoadBalancerStatus`, "Where a load balancer is reached.", {
  ingress: z
    .array(
      define(`${prefix}.LoadBalancerIngress`, "One address or name of it.", {
        ip: text,
        hostname: text,
        ipMode: pointerText,
        ports: z
          .array(
            define(`${prefix}.PortStatus`, "One port of it.", {
              port: int32Value,
              protocol: z.string(),
              error: pointerText,
            }),
          )
          .optional(),
      }),
    )
    .optional(),
});
export type LoadBalancerStatus = z.infer<typeof loadBalancerStatusSchema>;
