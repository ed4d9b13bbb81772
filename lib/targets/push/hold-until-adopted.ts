import type { Database } from "#lib/catalog/database/database.ts";
import type { ClaimedPush, PushEnd } from "#lib/catalog/targets/push-requests.ts";
import { formatPlural } from "#lib/numbers.ts";
import type { Wanted } from "#lib/targets/compare/sides.ts";
import { catalogueSource } from "#lib/targets/eoxserver/desired.ts";
import { type RegisteredCoverage, registeredAs } from "#lib/targets/eoxserver/registered.ts";
import { noteWhatIsAsked } from "./push.ts";
import { PushLog } from "./push-log.ts";
import { ownNumbers } from "./push-owned.ts";
import type { PushedDifference, PushedTarget } from "./push-types.ts";

/**
 * Looks at an instance before the first push writes to it. A push that would register files a second time, or meets identifiers that are
 * taken there, waits until a user adopts those objects, or approves the push because they belong to others.
 */

/** Objects that are listed; where there are more, a person has seen enough. */
const mostListed = 5000;
const datasetsAtOnce = 5000;

/** Looks before anything is written. null: it may go on. */
export async function heldUntilAdopted(
	database: Pick<Database, "sql">,
	eox: Pick<Database, "sql">,
	{ claimed, target }: { readonly claimed: ClaimedPush; readonly target: PushedTarget },
): Promise<PushEnd | null> {
	if (await isDecided(database, target.id)) return null;
	await noteWhatIsAsked(database, target.id);
	const fresh = await notOursYet(database, target.id);
	if (fresh.datasets.length + fresh.containers.length === 0) return null;
	if (!(await hasOthers(database, eox, target.id))) {
		await noteThatAllIsOurs(database, target.id);
		return null;
	}
	const found = await registeredThere(database, eox, { target, fresh });
	if (found.length === 0) return null;
	return database.sql.begin(async (tx): Promise<PushEnd> => {
		const log = new PushLog(claimed.id);
		await log.begin({ sql: tx });
		await log.end({ sql: tx });
		await log.add(tx, found);
		await tx`
			update targets set held_note = (select coalesce(max(id), 0) from target_notes where target_id = ${target.id}) where id = ${target.id}`;
		return {
			state: "held",
			hold: "adoption",
			reason: reasonOf(found, target.name),
			counts: { conflict: found.length },
		};
	});
}

function reasonOf(found: readonly PushedDifference[], target: string): string {
	const many = `${formatPlural(found.length, "object")}${found.length < mostListed ? "" : " or more"}`;
	const what =
		found.length === 1
			? "1 object there is of this catalogue by its file or its identifier, and it was not adopted"
			: `${many} there are of this catalogue by their files or identifiers, and they were not adopted`;
	return `${what}. Adopt first (eosync targets adopt ${target}). If they are others', approve this push: they are left alone then, and new ones are made beside them.`;
}

/** Whether a user has said whose the objects there are. */
async function isDecided({ sql }: Pick<Database, "sql">, target: number): Promise<boolean> {
	const [row] = await sql<{ decided: boolean }[]>`
		select taken_over_at is not null or exists (select from target_pushes p where p.target_id = t.id and p.kind = 'adopt' and p.finished_at is not null) as decided from targets t where id = ${target}`;
	return row?.decided ?? false;
}

interface Fresh {
	readonly datasets: readonly number[];
	readonly containers: readonly number[];
}

/** What is to be compared, and has nothing there that is ours. */
async function notOursYet({ sql }: Pick<Database, "sql">, target: number): Promise<Fresh> {
	const datasets = await sql<{ id: number }[]>`
		select id from (select distinct unnest(datasets) as id from target_notes where target_id = ${target}) n
		where not exists (select from target_objects o where o.target_id = ${target} and o.dataset_id = n.id and o.target_pk is not null) order by id`;
	const containers = await sql<{ id: number }[]>`
		select distinct container_id as id from target_notes n where target_id = ${target} and container_id is not null
			and not exists (select from target_objects o where o.target_id = ${target} and o.container_id = n.container_id and o.target_pk is not null)`;
	return { datasets: datasets.map(({ id }) => id), containers: containers.map(({ id }) => id) };
}

/** An instance that has nothing but what we wrote need not be asked for more. */
async function hasOthers({ sql }: Pick<Database, "sql">, eox: Pick<Database, "sql">, target: number): Promise<boolean> {
	const [there] = await eox.sql<{ count: number }[]>`
		select (select count(*) from coverages_coverage) + (select count(*) from coverages_collection) + (select count(*) from coverages_mosaic) as count`;
	const [ours] = await sql<{ count: number }[]>`
		select count(*) from target_objects where target_id = ${target} and target_pk is not null and written <> '{}'::jsonb`;
	return (there?.count ?? 0) > (ours?.count ?? 0);
}

/** Notes that nothing has to be asked: what others register there later becomes a conflict of that one object. */
async function noteThatAllIsOurs({ sql }: Pick<Database, "sql">, target: number): Promise<void> {
	await sql`update targets set taken_over_at = now() where id = ${target} and taken_over_at is null`;
}

async function registeredThere(
	database: Pick<Database, "sql">,
	eox: Pick<Database, "sql">,
	{ target, fresh }: { readonly target: PushedTarget; readonly fresh: Fresh },
): Promise<readonly PushedDifference[]> {
	const catalogue = await catalogueSource(database, target);
	const found: PushedDifference[] = [];
	const look = async (wanted: readonly Wanted[]) => {
		const there = await registeredAs(
			eox.sql,
			wanted.map(({ object }) => object),
		);
		const pks = there.flatMap((each) => each?.pk ?? []);
		const own = await ownNumbers(database.sql, target.id, pks);
		for (const [index, each] of wanted.entries()) {
			const one = there[index];
			if (one != null && !own.has(one.pk)) found.push(differenceOf(each, one));
		}
	};
	if (fresh.containers.length > 0) await look(await catalogue.containers(fresh.containers));
	for (let from = 0; from < fresh.datasets.length && found.length < mostListed; from += datasetsAtOnce)
		await look(await catalogue.load(fresh.datasets.slice(from, from + datasetsAtOnce)));
	return found.slice(0, mostListed);
}

function differenceOf(
	{ eoId, datasetId, containerId, object }: Wanted,
	{ pk, identifier, by }: RegisteredCoverage,
): PushedDifference {
	return {
		class: "conflict",
		kind: object.kind,
		identifier,
		eoId,
		datasetId,
		containerId,
		targetPk: pk,
		fields: [],
		message:
			by === "file"
				? "It has the same file there, and was not adopted."
				: "It has the same identifier there, and was not adopted.",
	};
}
