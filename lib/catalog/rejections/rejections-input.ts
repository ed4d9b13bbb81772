import { z } from "zod";
import { eoId } from "#lib/catalog/inputs.ts";
import { unstorableIn } from "#lib/catalog/storable.ts";

/** What may be said of rejected files. Client-safe. */

const text = (longest: number) =>
	z
		.string()
		.max(longest)
		.refine((value) => unstorableIn(value) === null, "It holds what cannot be stored");

/** Which rejected files are meant; what is left out is any. */
export const rejectionsChoice = z.strictObject({
	container: eoId.optional().describe("EO ID."),
	storage: text(300).optional().describe("Name of a storage."),
	directory: text(5000).optional().describe("The very folder; empty: the top one."),
	code: text(100).optional().describe("The kind of problem, `no-time` for instance."),
	pattern: text(5000)
		.optional()
		.describe("The reason without what differs from file to file, as the list of reasons has it."),
	search: text(300).default("").describe("Part of the path, in any case."),
	path: text(5000).optional().describe("The very file."),
});

const isSome = ({ search, ...choice }: z.output<typeof rejectionsChoice>) =>
	search !== "" || Object.values(choice).some((value) => value !== undefined);
const sayWhich = "Say which files are meant: a container, a code, a folder or a part of the path";

/** Some of them, not all there are: for what is done to them. */
export const someRejections = rejectionsChoice.refine(isSome, sayWhich);

export const ignoreNote = text(2000).trim().min(3, "Say why, in at least 3 characters");

/** Which are to be ignored, and why. */
export const ignoreInput = rejectionsChoice
	.extend({ note: ignoreNote })
	.refine(({ note: _, ...choice }) => isSome(choice), sayWhich);

/** Of an address; `ignored` as text. */
export const rejectionsQuery = z.object({
	...rejectionsChoice.shape,
	ignored: z
		.enum(["true", "false"])
		.default("false")
		.describe("Those that an operator ignores, instead of the others."),
});

/** What a query means. */
export function filterOf({
	ignored,
	container,
	storage,
	directory,
	code,
	pattern,
	search,
	path,
}: z.output<typeof rejectionsQuery>) {
	return { container, storage, directory, code, pattern, search, path, ignored: ignored === "true" };
}
