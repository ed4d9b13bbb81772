import { z } from "zod";
import { instantInput } from "#lib/catalog/inputs.ts";

/** Until when a storage is left alone, and why. */
export const pauseInput = z.strictObject({ until: instantInput, note: z.string().trim().max(2000).default("") });

/** The same for a target, which may also be left alone until a person resumes it. */
export const targetPauseInput = pauseInput.extend({ until: instantInput.nullable().default(null) });
