import { addParts, claimParts, fenceParts } from "#lib/catalog/runs/run-parts.ts";
import { readPortions } from "#lib/sync/read/read-phase.ts";
import type { openReadPool } from "#lib/sync/read/read-pool.ts";
import type { Portion } from "#lib/sync/read/reader.ts";
import type { Help, Helping } from "./helping.ts";
import { rowsBetween } from "./share-reading.ts";

/** Reads portion after portion of the changes that were given away, as long as there are some. */
export async function helpReading(helping: Helping, threads: ReturnType<typeof openReadPool>): Promise<Help> {
	const { database, claim, loaded } = helping;
	const { run, owner } = claim;
	const shared = { run, rule: loaded.folderRule };
	let [read, failed] = [0, 0];
	/** Of each part under way. */
	const next = async (): Promise<Portion | null> => {
		for (;;) {
			if (!helping.mayGoOn() || (failed > 0 && read === 0)) return null;
			const [part] = await claimParts(database, owner, { ...shared, sourceId: null, most: 1, among: 1 });
			if (!part?.changes) return null;
			const rows = await rowsBetween(database, run, part.changes);
			if (rows.length > 0) return { rows, part: part.id };
			// Read already, by a leader of before.
			await database.sql.begin((sql) => claim.end(sql, [part.id]));
		}
	};
	await readPortions(
		helping,
		{
			next,
			async end(sql, { rows, part = 0 }, unknown) {
				await fenceParts(sql, { run, owner, parts: [part] });
				const ids = unknown.map(({ row }) => row.id);
				const [first, last] = [ids[0], ids.at(-1)];
				if (first !== undefined && last !== undefined)
					await addParts(sql, shared, [{ changes: { first, last }, forLeader: true }]);
				read += rows.length - ids.length;
				failed += ids.length;
				await claim.end(sql, [part]);
			},
		},
		threads,
	);
	if (read === 0 && failed > 0) return "cannot";
	return read > 0 ? "helped" : "nothing to do";
}
