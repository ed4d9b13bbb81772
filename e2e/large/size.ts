/** How large the catalogue of the large journeys is; `main.ts` hands it to Playwright by the environment. */
export interface Size {
	readonly containers: number;
	/** In the plan of one further container. */
	readonly changes: number;
}

const variable = "EOSYNC_LARGE_JOURNEYS";
export const full: Size = { containers: 2000, changes: 50_000 };

export function sizeVariable(size: Size): Readonly<Record<string, string>> {
	return { [variable]: JSON.stringify(size) };
}

export function sizeOfRun(): Size {
	const text = process.env[variable];
	return text === undefined ? full : (JSON.parse(text) as Size);
}

/** @throws Error for a number with which a step would show nothing. */
export function readSize({ containers, changes }: { readonly containers: string; readonly changes: string }): Size {
	const size = { containers: Number(containers), changes: Number(changes) };
	if (!Number.isInteger(size.containers) || size.containers < 200)
		throw new Error(`--containers ${containers}: at least 200, so that a batch of them lasts.`);
	if (!Number.isInteger(size.changes) || size.changes < 2000 || size.changes % 250 !== 0)
		throw new Error(`--changes ${changes}: at least 2000, and a multiple of 250, the number of folders.`);
	return size;
}
