/** What EOxServer takes as names. */

/** Its own rule for identifiers, with the slip between Z and a that it has. */
const identifier = /^[a-zA-z_][a-zA-Z0-9_.-]*$/;

/** Why it cannot be an identifier there; null: it can. */
export function identifierProblem(eoId: string): string | null {
	if (eoId.length > 256) return `Its EO ID has ${eoId.length} characters, and EOxServer takes 256.`;
	if (identifier.test(eoId)) return null;
	return `EOxServer does not take the identifier ${eoId}: it may have letters from a to z, digits, _, - and ., and begins with a letter or _.`;
}

/** @param theirs what the settings have it called there */
export function rangeTypeProblem(ours: string, theirs: string): string | null {
	if (/^[A-Za-z0-9_]{1,512}$/.test(theirs)) return null;
	return `EOxServer's range types have letters, digits and _ only, and its is ${ours}: name another one for it in rangeTypes of the target.`;
}

/** A name of a field: an NCName, and none twice. */
export function fieldNames(names: readonly string[]): readonly string[] {
	const taken = new Set<string>();
	return names.map((name, index) => {
		const plain =
			name
				.replace(/[^A-Za-z0-9_.-]+/g, "_")
				.replace(/^(?=[-.0-9])/, "_")
				.slice(0, 500) || `band_${index + 1}`;
		let free = plain;
		for (let n = 2; taken.has(free); n++) free = `${plain}_${n}`;
		taken.add(free);
		return free;
	});
}
