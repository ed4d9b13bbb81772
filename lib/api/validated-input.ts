import type { z } from "zod";
import { findUnstorable } from "#lib/catalog/storable.ts";
import { messagesByField, messagesInOneLine } from "#lib/validation-messages.ts";

/** What was filled in is not valid; `fields` says what to write in each, by path: `sources.0.path`. */
export class InputError extends Error {
	readonly fields: Readonly<Record<string, string>>;

	constructor(message: string, fields: Readonly<Record<string, string>>) {
		super(message);
		this.fields = fields;
	}
}

/**
 * What a schema makes of what a browser sent to a server action. Text that cannot be stored is refused before any schema
 * is asked, so that none need think of it. @throws InputError
 */
export function validatedInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
	const unstorable = findUnstorable(input);
	if (unstorable !== null) {
		const message = `This holds ${unstorable.what}, which cannot be kept`;
		throw new InputError(`Some fields are not valid: ${message}.`, { [unstorable.at.slice(0, 10).join(".")]: message });
	}
	const result = schema.safeParse(input);
	if (result.success) return result.data;
	throw new InputError(`Some fields are not valid: ${messagesInOneLine(result.error)}.`, messagesByField(result.error));
}
