import { pauseInput } from "#lib/catalog/inputs.ts";

/** Client-safe. Until when a target is left alone, null: until somebody resumes it; and why. */
export const targetPauseInput = pauseInput.extend({ until: pauseInput.shape.until.nullable().default(null) });
