import { forgetFormerId, holderOf, rememberFormerId } from "#lib/catalog/containers/former-ids.ts";
import { giveEoId } from "#lib/catalog/containers/rename-container.ts";
import type { Database, Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import type { ReshapedBefore, ReshapedPlan } from "#lib/catalog/json-columns.ts";
import { isDoubtful, rediscoverFolders } from "#lib/sync/known-folders.ts";
import { rollUpRun } from "#lib/sync/plan/roll-up.ts";
import { countChanges } from "#lib/sync/plan/totals.ts";
import { ignoredInto, rejectionsInto } from "./into-container.ts";
import { type ReshapedRow, type Reshaping, stale } from "./reshaping.ts";
import { shareRejections } from "./share-rejections.ts";

/**
 * The sources of the others become sources of the one they are merged into, each as it is, and with them what they found. The others keep
 * their rows, with their runs, under an EO ID that cannot be given.
 */
export async function applyMerge(sql: Transaction, { run, rows, actor }: Reshaping): Promise<readonly number[]> {
	const [into, ...others] = rows;
	const target = into?.containerId;
	if (!into?.before || !target) throw stale("The container is no more");
	const keys = others.flatMap(({ containerId }) => containerId ?? []);
	await requireAsPlanned(sql, run, into, others);
	if (into.eoId !== into.before.eoId) {
		const holder = await holderOf({ sql }, into.eoId, target);
		if (holder !== null) throw stale(`The EO ID ${into.eoId} is taken by ${holder}`);
	}
	await sql`
		update runs set state = 'cancelled', finished_at = now(), superseded_by = ${run}, lease_owner = null, lease_until = null
		where container_id = any(${keys}) and finished_at is null`;
	await writeSources(sql, target, into.plan);
	await moveLinks(sql, run, target, keys);
	const order = into.plan.sources.map(({ id }) => id);
	for (const other of others) await moveOpenFiles(sql, target, { other, order });
	await sql`
		update reshaped_containers p set before = before || jsonb_build_object('former', (
			select coalesce(jsonb_agg(to_jsonb(f)), '[]') from former_ids f where f.container_id = p.container_id))
		where p.run_id = ${run} and p.container_id = any(${keys})`;
	// Each of their names leads to the target now, as that of a merged container.
	await sql`
		update former_ids set container_id = ${target}, how = 'merged', since = now(), actor = ${actor}, run_id = ${run} where container_id = any(${keys})`;
	await sql`
		update containers set deleted_at = now(), deleted_eo_id = eo_id, eo_id = '_merged~' || id, merged_into = ${target} where id = any(${keys})`;
	for (const { before } of others)
		if (before)
			await rememberFormerId(sql, { eoId: before.eoId, containerId: target, how: "merged", actor, runId: run });
	if (into.eoId !== into.before.eoId)
		await giveEoId(sql, target, { from: into.before.eoId, to: into.eoId, actor, run });
	await writeSettings(sql, target, into.plan);
	return [target, ...keys];
}

/** Other containers' runs may have removed or moved datasets since. */
async function requireAsPlanned(
	sql: Transaction,
	run: number,
	into: ReshapedRow,
	others: readonly ReshapedRow[],
): Promise<void> {
	const keys = others.flatMap(({ containerId }) => containerId ?? []);
	const [now] = await sql<{ all: number; leaving: number; planned: number }[]>`
		select (select count(distinct dataset_id) from container_datasets where container_id = any(${[into.containerId ?? 0, ...keys]})) as all,
			(select count(distinct dataset_id) from container_datasets where container_id = any(${keys})) as leaving,
			(select count(*) from changes c join datasets d on d.id = c.dataset_id and d.archived_at is null and d.path = c.path and d.storage_id = c.storage_id
				where c.run_id = ${run} and c.action = 'unlinked' and exists (
					select from container_datasets cd where cd.dataset_id = d.id and cd.container_id = any(${keys}))) as planned`;
	if (now?.all !== into.datasets || now.leaving !== now.planned)
		throw stale("Datasets were changed by another container's run since this plan was made");
}

/** The sources as planned, of whichever container they were. */
async function writeSources(sql: Transaction, container: number, { sources }: ReshapedPlan): Promise<void> {
	for (const [position, { id, rangeType }] of sources.entries())
		await sql`update sources set container_id = ${container}, position = ${position}, range_type = ${rangeType} where id = ${id}`;
}

async function writeSettings(
	sql: Transaction,
	container: number,
	{ title, rangeType, retentionDays }: ReshapedPlan,
): Promise<void> {
	await sql`
		update containers set title = ${title}, range_type = ${rangeType}, retention_days = ${retentionDays} where id = ${container}`;
}

/** Of a dataset that several of them have, the first one's link counts. */
async function moveLinks(sql: Transaction, run: number, target: number, keys: readonly number[]): Promise<void> {
	await sql`
		with gone as (
			delete from container_datasets where container_id = any(${keys as number[]}) returning dataset_id, container_id, source_id
		), links as (
			select dataset_id, jsonb_agg(jsonb_build_object('containerId', container_id, 'sourceId', source_id)
				order by array_position(${keys as number[]}::bigint[], container_id)) as links from gone group by 1
		)
		update changes c set undo = jsonb_build_object('links', links.links) from links
		where c.run_id = ${run} and c.action = 'unlinked' and c.dataset_id = links.dataset_id`;
	await sql`
		insert into container_datasets (container_id, dataset_id, source_id)
		select ${target}, c.dataset_id, coalesce((select (l->>'sourceId')::bigint from jsonb_array_elements(c.undo->'links') l where l->>'sourceId' is not null limit 1), null)
		from changes c where c.run_id = ${run} and c.action = 'unlinked' on conflict do nothing`;
}

interface FilesOfOther {
	readonly other: ReshapedRow;
	/** The sources as the target has them then: a file is the first one's that matches it. */
	readonly order: readonly number[];
}

/**
 * Where both have a file open, that of the source counts whose file it is then, and of rows without such an order the target's. The one that does not count
 * stays with the other container, for when the merge is taken back.
 */
async function moveOpenFiles(sql: Transaction, target: number, { other, order }: FilesOfOther): Promise<void> {
	const from = other.containerId;
	if (from !== null)
		await exchangeRejections(sql, {
			target,
			other: from,
			where: sql`array_position(${order as number[]}::bigint[], theirs.source_id) < array_position(${order as number[]}::bigint[], ours.source_id)`,
		});
	await sql`
		${rejectionsInto(sql, { container: target, source: sql`r.source_id` })} from rejections r where r.container_id = ${from} on conflict do nothing`;
	const cameOver = sql`from rejections o where o.container_id = ${target} and r.container_id = ${from}
		and o.storage_id = r.storage_id and o.path = r.path and o.source_id = r.source_id`;
	const isIgnored = sql`i.container_id = r.container_id and i.storage_id = r.storage_id and i.path = r.path and exists (select ${cameOver})`;
	await sql`${ignoredInto(sql, target)} from ignored_rejections i join rejections r on ${isIgnored} on conflict do nothing`;
	await sql`delete from ignored_rejections i using rejections r where ${isIgnored}`;
	await sql`delete from rejections r where exists (select ${cameOver})`;
	await sql`
		update waiting_files w set container_id = ${target} where container_id = ${from}
			and not exists (select from waiting_files o where o.container_id = ${target} and o.storage_id = w.storage_id and o.path = w.path)`;
	await sql`delete from waiting_files where container_id = ${from}`;
	await sql`
		update suspects s set container_id = ${target} where container_id = ${from}
			and not exists (select from suspects o where o.container_id = ${target} and o.dataset_id = s.dataset_id)`;
	await sql`delete from suspects where container_id = ${from}`;
	const moved = await sql<{ id: number }[]>`
		update exceptions e set container_id = ${target} where container_id = ${from} and ended_at is null and not exists (
			select from exceptions o where o.container_id = ${target} and o.storage_id = e.storage_id and o.path = e.path and o.action = e.action and o.ended_at is null)
		returning id`;
	const same = await sql<{ id: number }[]>`
		update exceptions set ended_at = now(), ended_reason = 'its container was merged into one that has the same exception' where container_id = ${from} and ended_at is null
		returning id`;
	const before = { exceptions: moved.map(({ id }) => id), sameExceptions: same.map(({ id }) => id) };
	await sql`
		update reshaped_containers set before = before || ${json(sql, before)}::jsonb where run_id = ${other.runId} and position = ${other.position}`;
}

interface Exchange {
	readonly target: number;
	readonly other: number;
	/** About `ours`, the target's row of a file, and `theirs`. */
	readonly where: ReturnType<Database["sql"]>;
}

/** Of files that two containers reject, each gets the other's row: with its source, its rule and its reason. */
async function exchangeRejections(sql: Transaction, { target, other, where }: Exchange): Promise<void> {
	await sql`
		update rejections r set source_id = o.source_id, files = o.files, rule = o.rule, code = o.code, reason = o.reason, eo_id = o.eo_id, run_id = o.run_id, since = o.since
		from rejections ours join rejections theirs on theirs.container_id = ${other} and theirs.storage_id = ours.storage_id and theirs.path = ours.path
			join rejections o on o.container_id in (${target}, ${other}) and o.storage_id = ours.storage_id and o.path = ours.path
		where ours.container_id = ${target} and (${where}) and r.container_id in (${target}, ${other}) and r.container_id <> o.container_id
			and r.storage_id = ours.storage_id and r.path = ours.path`;
}

/** The others are there again, with their sources and what those found; the next sync of each looks at all its folders. */
export async function revertMerge(
	sql: Transaction,
	{ run, reverted, rows, actor }: Reshaping & { readonly reverted: number },
): Promise<readonly number[]> {
	const [into, ...others] = rows;
	const target = into?.containerId;
	if (!into?.before || !target) throw stale("The container is no more");
	// The other way round: rows of files that several of them reject go back step by step.
	for (const { containerId, before } of others.toReversed()) {
		if (!before || !containerId) throw stale("A container that was merged is no more");
		const [taken] = await sql`select from containers where eo_id = ${before.eoId}`;
		if (taken) throw stale(`A container has the EO ID ${before.eoId} again`);
		await bringBack(sql, target, containerId, before);
	}
	// Links by hand of the target itself, and those that it had by its own sources, stay.
	await sql`
		delete from container_datasets cd using changes c
		where c.run_id = ${reverted} and c.action = 'linked' and cd.dataset_id = c.dataset_id and cd.container_id = ${target}`;
	await sql`
		insert into container_datasets (container_id, dataset_id, source_id)
		select (l->>'containerId')::bigint, c.dataset_id, (l->>'sourceId')::bigint
		from changes c join datasets d on d.id = c.dataset_id and d.archived_at is null, jsonb_array_elements(c.undo->'links') l
		where c.run_id = ${reverted} and c.action = 'unlinked' on conflict do nothing`;
	// Whoever renamed it since meant that.
	const [named] = await sql`select from containers where id = ${target} and eo_id = ${into.eoId}`;
	if (named && into.eoId !== into.before.eoId) {
		await forgetFormerId({ sql }, into.before.eoId);
		await sql`update containers set eo_id = ${into.before.eoId} where id = ${target}`;
		if (into.before.formerIds.includes(into.eoId))
			await rememberFormerId(sql, { eoId: into.eoId, containerId: target, how: "renamed", actor });
	}
	await writeSources(sql, target, into.before);
	await writeSettings(sql, target, into.before);
	const containers = [into, ...others].flatMap(({ containerId, before }) =>
		containerId && before ? [{ containerId, sources: before.sources }] : [],
	);
	await shareRejections(sql, containers, reverted);
	const keys = others.flatMap(({ containerId }) => containerId ?? []);
	for (const key of [target, ...keys]) {
		await sql`update directories d set ${isDoubtful(sql)} from sources s where s.id = d.source_id and s.container_id = ${key}`;
		await rediscoverFolders(sql, key);
	}
	await countChanges(sql, run, { planned: true });
	await rollUpRun(sql, run);
	return [target, ...keys];
}

async function bringBack(sql: Transaction, target: number, key: number, before: ReshapedBefore): Promise<void> {
	await sql`delete from former_ids where eo_id = ${before.eoId} and container_id = ${target}`;
	await sql`update former_ids set container_id = ${key} where container_id = ${target} and eo_id = any(${before.formerIds as string[]})`;
	await sql`
		update former_ids f set how = was.how, since = was.since, actor = was.actor, run_id = was.run_id
		from jsonb_to_recordset(${json(sql, before.former ?? [])}) as was(eo_id text, how text, since timestamptz, actor text, run_id bigint)
		where f.container_id = ${key} and f.eo_id = was.eo_id`;
	await sql`
		update containers set eo_id = ${before.eoId}, deleted_at = null, deleted_eo_id = null, merged_into = null where id = ${key}`;
	await writeSources(sql, key, before);
	const ids = before.sources.map(({ id }) => id);
	await exchangeRejections(sql, {
		target,
		other: key,
		where: sql`ours.source_id = any(${ids}) and theirs.source_id <> all(${ids})`,
	});
	// What syncs have found of such a file since is newer.
	await sql`
		delete from rejections r where r.container_id = ${key} and exists (
			select from rejections o where o.container_id = ${target} and o.storage_id = r.storage_id and o.path = r.path and o.source_id = any(${ids}))`;
	const isOwn = sql`r.container_id = ${target} and r.source_id = any(${ids})`;
	const isIgnored = sql`i.container_id = r.container_id and i.storage_id = r.storage_id and i.path = r.path and ${isOwn}`;
	await sql`${ignoredInto(sql, key)} from ignored_rejections i join rejections r on ${isIgnored} on conflict do nothing`;
	await sql`delete from ignored_rejections i using rejections r where ${isIgnored}`;
	await sql`${rejectionsInto(sql, { container: key, source: sql`r.source_id` })} from rejections r where ${isOwn}`;
	await sql`delete from rejections r where ${isOwn}`;
	await sql`update waiting_files set container_id = ${key} where container_id = ${target} and source_id = any(${ids})`;
	await sql`update suspects set container_id = ${key} where container_id = ${target} and source_id = any(${ids})`;
	await sql`update exceptions set container_id = ${key} where id = any(${(before.exceptions ?? []) as number[]}::bigint[])`;
	// Unless a person has ended the one that stood for both, or it is over by itself.
	await sql`
		update exceptions e set ended_at = null, ended_reason = null
		where e.id = any(${(before.sameExceptions ?? []) as number[]}::bigint[]) and exists (
			select from exceptions o where o.container_id = ${target} and o.storage_id = e.storage_id and o.path = e.path and o.action = e.action and o.ended_at is null)`;
}
