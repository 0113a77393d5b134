import { z } from 'zod';

const timing = z.object({ milliseconds: z.object({ cpu: z.number(), webgpu: z.number() }), tokens: z.number() });

/** What the probe's process prints as its last line. */
export const probeResult = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    /** The form of attention that gave the known answer. */
    attention: z.enum(['fused', 'plain']),
    /** Largest difference of an output from the CPU's, relative to its length. */
    error: z.number(),
    /** Best time for the same batch on both; null where the adapter is software. */
    timing: timing.nullable(),
    /** Graphics drivers that were loaded, where the system tells (Linux). */
    drivers: z.array(z.string()),
    /** All of them compute on the processor. */
    software: z.boolean(),
  }),
  z.object({ ok: z.literal(false), reason: z.string() }),
]);

export type ProbeResult = z.infer<typeof probeResult>;
export type Timing = z.infer<typeof timing>;
