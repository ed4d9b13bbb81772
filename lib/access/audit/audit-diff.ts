import type { AuditChange } from "#lib/catalog/audit-records.ts";

/** Prepares inputs and states for the audit log: bounded, and without secrets. Pure. */

export const secretText = "(secret)";

/** Names of fields whose values are secret, or open an account. */
const secretName = /password|passphrase|secret|token|privateKey|credential|^(?:current|link|url|headers?|sealed|key)$/i;

const most = { items: 100, text: 500, depth: 8 } as const;

/** Copies an input, with `(secret)` in place of secrets, and shortens what is long. */
export function withoutSecrets(value: unknown, depth = 0): unknown {
	if (typeof value === "string") return cut(value);
	if (typeof value !== "object" || value === null) return value;
	if (depth >= most.depth) return "…";
	if (Array.isArray(value)) {
		const shown = value.slice(0, most.items).map((item) => withoutSecrets(item, depth + 1));
		return value.length > most.items ? [...shown, `… and ${value.length - most.items} more`] : shown;
	}
	return Object.fromEntries(
		Object.entries(value)
			.slice(0, most.items)
			.map(([name, each]) => [
				cut(name),
				secretName.test(name) && each !== null && each !== undefined && each !== ""
					? secretText
					: withoutSecrets(each, depth + 1),
			]),
	);
}

/**
 * Finds the differences between two states, by path; null stands for "is not there". Values below `secrets` are only
 * reported as changed.
 */
export function auditDifferences(before: unknown, after: unknown): Readonly<Record<string, AuditChange>> {
	const befores = leaves(before);
	const afters = leaves(after);
	const paths = [...new Set([...befores.keys(), ...afters.keys()])].filter(
		(path) => JSON.stringify(befores.get(path) ?? null) !== JSON.stringify(afters.get(path) ?? null),
	);
	return Object.fromEntries(
		paths.slice(0, most.items).map((path) => {
			const shown = (value: unknown) => (value ?? null) && (path.startsWith("secrets.") ? secretText : short(value));
			return [cut(path), { before: shown(befores.get(path)), after: shown(afters.get(path)) }];
		}),
	);
}

/** A list of plain values is one leaf: a difference per position would say nothing when items move. */
function leaves(state: unknown): ReadonlyMap<string, unknown> {
	const found = new Map<string, unknown>();
	const visit = (value: unknown, path: string) => {
		if (value === null || value === undefined) return;
		const isPlain = (each: unknown) => typeof each !== "object" || each === null;
		const isList = Array.isArray(value) && value.length > 0 && value.every(isPlain);
		if (isList || isPlain(value)) found.set(path, value);
		else for (const [name, each] of Object.entries(value)) visit(each, path === "" ? name : `${path}.${name}`);
	};
	visit(state, "");
	return found;
}

function short(value: unknown): unknown {
	return typeof value === "string" ? cut(value) : withoutSecrets(value);
}

function cut(text: string): string {
	return text.length > most.text ? `${text.slice(0, most.text)}…` : text;
}
