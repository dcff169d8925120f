/** What happened, and what a person should look at. */
import { z } from "zod";

export const eventNewsSchema = z.object({
  time: z.iso.datetime(),
  type: z.string().meta({ description: "Normal or Warning." }),
  reason: z.string(),
  message: z.string(),
  kind: z.string().meta({ description: "Of the object that it is about." }),
  name: z.string(),
  node: z.string().optional().meta({ description: "The board that reported it." }),
  count: z.int().positive().meta({ description: "How often it has happened." }),
});
export type EventNews = z.infer<typeof eventNewsSchema>;

/** Retained while it lasts, and taken back with an empty message when it is over. */
export const attentionSchema = z.object({
  severity: z.enum(["warning", "critical"]),
  title: z.string().meta({ description: "What is wrong, in a few words." }),
  advice: z.string().meta({ description: "What to do about it." }),
  node: z.string().optional(),
  namespace: z.string().optional().meta({ description: "With `kind` and `name`, the object that it is about." }),
  kind: z.string().optional(),
  name: z.string().optional(),
  since: z.iso.datetime(),
});
export type Attention = z.infer<typeof attentionSchema>;
