import { z } from "zod";

/** A folder of this machine, or of a network share mounted there. */
export const localConfig = z.strictObject({
	type: z.literal("local"),
	root: z
		.string()
		.regex(/^(\/|[A-Za-z]:[\\/])/, "Give an absolute path, /data/archive for instance.")
		.refine((root) => !root.includes("\0"), "A path cannot contain a NUL character."),
});
export type LocalConfig = z.infer<typeof localConfig>;

/** How to reach a storage, without its name. Imports nothing of Node, so that forms can use it. */
export const storageConfig = z.discriminatedUnion("type", [localConfig]);
export type StorageConfig = z.infer<typeof storageConfig>;
