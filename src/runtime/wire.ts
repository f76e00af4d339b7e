/** What a worker may say on its port: JSON strings of these shapes. The program that runs there may say anything. */
import { z } from 'zod';

const id = z.number().int().nonnegative();

/** The first message, before any program has run. */
export const bootSchema = z.union([
  z.object({ ready: z.object({ milliseconds: z.number(), snapshot: z.boolean() }) }),
  z.object({ startFailed: z.object({ message: z.string() }) }),
]);

const stepSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('running'), progress: z.unknown() }),
  z.object({ state: z.literal('done'), result: z.unknown() }),
  z.object({
    state: z.literal('failed'),
    error: z.object({
      name: z.string().max(200),
      message: z.string(),
      traceback: z.string().nullish(),
      line: z.number().int().nonnegative().nullish(),
    }),
  }),
]);

export const replySchema = z.union([
  z.object({ id, step: stepSchema }),
  z.object({ id, cancelled: z.literal(true) }),
  z.object({ id, died: z.object({ message: z.string() }) }),
]);

export type Step = z.infer<typeof stepSchema>;
export type Failure = Extract<Step, { state: 'failed' }>['error'];
export type Reply = z.infer<typeof replySchema>;
