/** What an edit is based on: the fields as they were read, and the version that the server gave them. */
export interface EditBase<D> {
	readonly draft: D;
	/** null: what is edited does not exist any more. */
	readonly version: string | null;
}

/**
 * Decides what happens to a form when another version is saved meanwhile: it follows as long as nothing typed could be lost or could
 * undo what others did (`follow`); else the person decides (`ask`).
 */
export function onOtherVersion<D extends object>(
	draft: D,
	base: EditBase<D>,
	saved: EditBase<D>,
): "same" | "follow" | "ask" {
	if (saved.version === base.version) return "same";
	if (saved.version === null) return "ask";
	const isTyped = !isSameValue(draft, base.draft) && !isSameValue(draft, saved.draft);
	return isTyped && !isSameValue(base.draft, saved.draft) ? "ask" : "follow";
}

/** Keeps what was typed and updates all other fields to the saved version. */
export function rebased<D extends object>(draft: D, base: EditBase<D>, saved: EditBase<D>): D {
	return merged(draft, base.draft, saved.draft) as D;
}

/** Objects field by field, anything else as a whole. */
function merged(typed: unknown, base: unknown, saved: unknown): unknown {
	if (isSameValue(typed, base)) return saved;
	if (!isFields(typed) || !isFields(base) || !isFields(saved)) return typed;
	const fields = Object.keys({ ...saved, ...typed });
	return Object.fromEntries(fields.map((field) => [field, merged(typed[field], base[field], saved[field])]));
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isSameValue(a: unknown, b: unknown): boolean {
	return JSON.stringify(a) === JSON.stringify(b);
}
