import { addParts, claimParts, type NewPart } from "#lib/catalog/runs/run-parts.ts";
import { examine } from "#lib/sync/scan/examine.ts";
import type { Pending } from "#lib/sync/scan/scan.ts";
import type { Help, Helping } from "./helping.ts";
import { isWithinProduct } from "./share-scan.ts";

/** A portion of work takes about so long, milliseconds; what is found meanwhile and not listed yet is for all again. */
const about = 1000;
/** Folders claimed at once, at most. */
const most = 256;
/** Among so many the folders that wait are shared: small parts come to an end together. */
const among = 4;

/** Lists some of the folders that were given away, and as much of what is below them as can be done in a portion's time. */
export async function helpScanning(helping: Helping): Promise<Help> {
	const { database, claim, loaded, rulesById } = helping;
	const shared = { run: claim.run, rule: loaded.folderRule };
	const parts = await claimParts(database, claim.owner, { ...shared, most, among });
	const source = loaded.sources.find(({ id }) => id === parts[0]?.sourceId);
	if (!source) return "nothing to do";
	const ids = parts.map(({ id }) => id);
	claim.has(ids);
	const from = parts.flatMap(({ folder }) => folder ?? []);
	const began = performance.now();
	const failed: Pending[] = [];
	const left: Pending[] = [];
	let listed = 0;
	const settle = async (pending: readonly Pending[]) => {
		const rest: NewPart[] = pending.map((folder) => ({ sourceId: source.id, folder }));
		const forLeader: NewPart[] = failed.map((folder) => ({ sourceId: source.id, folder, forLeader: true }));
		await database.sql.begin(async (sql) => {
			await claim.fence(sql);
			await addParts(sql, shared, [...rest, ...forLeader]);
			await claim.end(sql, ids);
		});
	};
	await examine(
		{ database, claim, loaded, source, rulesById, mayBeStaged: () => true },
		await helping.storageOf(source),
		{
			from: from.toReversed(),
			whole: true,
			async share(pending, isUnderWay, staged) {
				const isOver = performance.now() - began > about || !helping.mayGoOn();
				if (pending.length > 0 && !(isOver && !pending.some(({ path }) => isWithinProduct(path)))) return;
				left.push(...pending.splice(0));
				if (isUnderWay) return;
				await staged();
				await settle(left);
			},
			async onProblems(_, unlisted) {
				failed.push(...unlisted);
			},
			onListed: (count) => {
				listed += count;
			},
		},
	);
	return listed === 0 && failed.length > 0 ? "cannot" : "helped";
}
