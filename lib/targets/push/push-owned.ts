import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import type { targetObjects } from "#lib/catalog/schema/target-schema.ts";
import type { KeptFields, TargetObject } from "#lib/targets/compare/target-object.ts";

/** What there is ours, as a push needs it: read, announced before it is written there, settled afterwards. */

export type PushedObject = Pick<
	typeof targetObjects.$inferSelect,
	| "id"
	| "kind"
	| "datasetId"
	| "containerId"
	| "part"
	| "identifier"
	| "targetPk"
	| "written"
	| "intended"
	| "desired"
	| "differing"
	| "adopted"
	| "state"
	| "message"
>;

const columns = (
	sql: Sql | Transaction,
) => sql`o.id, o.kind, o.dataset_id as "datasetId", o.container_id as "containerId", o.part, o.identifier,
	o.target_pk as "targetPk", o.written, o.intended, o.desired, o.differing, o.adopted, o.state, o.message`;

export async function ownedObjects(
	sql: Sql | Transaction,
	target: number,
	{ datasets, containers }: { readonly datasets: readonly number[]; readonly containers: readonly number[] },
): Promise<readonly PushedObject[]> {
	return sql<PushedObject[]>`
		select ${columns(sql)} from target_objects o where o.target_id = ${target} and o.dataset_id = any(${[...datasets]}::bigint[])
		union all select ${columns(sql)} from target_objects o where o.target_id = ${target} and o.container_id = any(${[...containers]}::bigint[])`;
}

/** Of numbers of objects there, those of ours. */
export async function ownNumbers(
	sql: Sql | Transaction,
	target: number,
	pks: readonly number[],
): Promise<ReadonlySet<number>> {
	const rows = await sql<{ pk: number }[]>`
		select target_pk as pk from target_objects where target_id = ${target} and target_pk = any(${[...pks]}::bigint[])`;
	return new Set(rows.map(({ pk }) => pk));
}

/** A series or mosaic that a push has made there. */
export interface OwnedContainer {
	readonly containerId: number;
	/** null: it is no more. */
	readonly eoId: string | null;
	readonly identifier: string;
	readonly pk: number;
	readonly kind: TargetObject["kind"];
}

/** Of the containers that are there: what they are called, here and there. */
export async function ownedContainers(sql: Sql | Transaction, target: number): Promise<readonly OwnedContainer[]> {
	return sql<OwnedContainer[]>`
		select o.container_id as "containerId", c.eo_id as "eoId", o.identifier, o.target_pk as pk, o.kind
		from target_objects o left join containers c on c.id = o.container_id
		where o.target_id = ${target} and o.container_id is not null and o.target_pk is not null and o.written <> '{}'::jsonb`;
}

/** What is about to be written: an object that is not there yet has its number reserved. */
export interface Announcement {
	/** Of `target_objects`; null: it has no row yet. */
	readonly id: number | null;
	readonly kind: TargetObject["kind"];
	readonly datasetId: number | null;
	readonly containerId: number | null;
	readonly part: string;
	readonly identifier: string;
	readonly pk: number;
	readonly intended: KeptFields;
}

export async function announce(tx: Transaction, target: number, all: readonly Announcement[]): Promise<void> {
	const known = all.filter(({ id }) => id !== null);
	const fresh = all.filter(({ id }) => id === null);
	if (known.length > 0)
		await tx`
			update target_objects o set intended = r.intended, target_pk = r.pk, written = coalesce(o.written, '{}'::jsonb)
			from jsonb_to_recordset(${json(
				tx,
				known.map(({ id, pk, intended }) => ({ id, pk, intended })),
			)}) as r(id bigint, pk bigint, intended jsonb) where o.id = r.id`;
	if (fresh.length > 0)
		await tx`
			insert into target_objects (target_id, kind, dataset_id, container_id, part, identifier, target_pk, written, intended)
			select ${target}, r.kind, r."datasetId", r."containerId", r.part, r.identifier, r.pk, '{}', r.intended
			from jsonb_to_recordset(${json(tx, fresh)}) as r(kind target_object_kind, "datasetId" bigint, "containerId" bigint, part text, identifier text, pk bigint, intended jsonb) on conflict do nothing`;
}

/** How an object is now. */
export interface Settlement
	extends Pick<
		PushedObject,
		"kind" | "datasetId" | "containerId" | "part" | "identifier" | "state" | "message" | "differing" | "adopted"
	> {
	/** null: it could not be written. */
	readonly pk: number | null;
	readonly written: KeptFields | null;
	readonly desired: KeptFields | null;
}

export async function settle(
	tx: Transaction,
	target: number,
	{
		settled,
		gone,
		created,
	}: { readonly settled: readonly Settlement[]; readonly gone: readonly number[]; readonly created: readonly number[] },
): Promise<void> {
	// They are as it was said before.
	if (created.length > 0)
		await tx`
			update target_objects set written = intended, intended = null, desired = null, differing = '{}', adopted = false, state = 'same', message = null, updated_at = now()
			where target_id = ${target} and target_pk = any(${[...created]}::bigint[]) and intended is not null`;
	if (gone.length > 0) await tx`delete from target_objects where id = any(${[...gone]}::bigint[])`;
	if (settled.length === 0) return;
	const row = tx`jsonb_to_recordset(${json(tx, settled)}) as r(kind target_object_kind, "datasetId" bigint, "containerId" bigint, part text, identifier text,
		pk bigint, written jsonb, desired jsonb, differing jsonb, adopted boolean, state target_object_state, message text)`;
	const values = tx`identifier = r.identifier, target_pk = r.pk, written = r.written, intended = null, desired = r.desired,
		differing = array(select jsonb_array_elements_text(r.differing)), state = r.state, message = r.message, updated_at = now()`;
	await tx`
		update target_objects o set ${values} from ${row}
		where o.target_id = ${target} and o.kind = r.kind and o.part = r.part and o.dataset_id = r."datasetId" and r."datasetId" is not null`;
	await tx`
		update target_objects o set ${values} from ${row} where o.target_id = ${target} and o.container_id = r."containerId" and r."containerId" is not null`;
	await tx`
		insert into target_objects (target_id, kind, dataset_id, container_id, part, identifier, target_pk, written, desired, differing, adopted, state, message)
		select ${target}, r.kind, r."datasetId", r."containerId", r.part, r.identifier, r.pk, r.written, r.desired,
			array(select jsonb_array_elements_text(r.differing)), r.adopted, r.state, r.message from ${row} on conflict do nothing`;
}
