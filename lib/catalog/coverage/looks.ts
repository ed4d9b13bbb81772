import type { Database, Sql } from "#lib/catalog/database/database.ts";
import type { coverageLooks } from "#lib/catalog/schema/coverage-schema.ts";
import type { StorageConfig } from "#lib/storage/config.ts";
import { storageIdOf } from "./coverage.ts";

/** Requests to look at what lies in a storage, and who works on them. */

/** What a look may use. */
export interface LookBudget {
	readonly seconds: number;
	readonly entries: number;
}

export const defaultLookBudget: LookBudget = { seconds: 3600, entries: 2_000_000 };
export const nightlyLookBudget: LookBudget = { seconds: 7200, entries: 1_000_000 };

/** Listings of sources are taken if they are not older, seconds: of requests, and of looks by night. */
const listingsSeconds = { request: 3600, nightly: 86_400 } as const;

/** Seconds after which another process takes a look over. */
export const lookLeaseSeconds = 60;

interface NewLook {
	readonly by: string;
	readonly budget?: Partial<LookBudget>;
	/** Begin at the root, although the last look did not come to its end. */
	readonly anew?: boolean;
	/** List every folder, whatever sources know of it. */
	readonly listAll?: boolean;
}

/**
 * Asks for a look; one that did not come to its end goes on where it stopped. Joins the one that is asked for already: then false.
 * @throws UsageError when there is no such storage.
 */
export async function requestLook(
	{ sql }: Pick<Database, "sql">,
	storage: string,
	{ by, budget = {}, anew = false, listAll = false }: NewLook,
): Promise<boolean> {
	const { seconds, entries } = { ...defaultLookBudget, ...budget };
	const taken = listAll ? 0 : listingsSeconds.request;
	return sql.begin(async (tx) => {
		const id = await storageIdOf({ sql: tx }, storage);
		await tx`insert into coverage_looks (storage_id) values (${id}) on conflict do nothing`;
		const asked = await tx`
			update coverage_looks set state = 'queued', requested_by = ${by}, requested_at = now(), cancel_requested_at = null, waits_until = null,
				budget_seconds = ${seconds}, budget_entries = ${entries}, listings_seconds = ${taken}, used_seconds = 0, used_entries = 0,
				code = null, message = null, unfinished = unfinished and not ${anew}
			where storage_id = ${id} and state = 'idle'`;
		return asked.count > 0;
	});
}

/** Stops a look; what it found stays, and the next one goes on there. Returns whether there was one. @throws UsageError */
export async function cancelLook({ sql }: Pick<Database, "sql">, storage: string): Promise<boolean> {
	return sql.begin(async (tx) => {
		const id = await storageIdOf({ sql: tx }, storage);
		const waiting = await tx`
			update coverage_looks set state = 'idle', outcome = 'cancelled', ended_at = now(), waits_until = null
			where storage_id = ${id} and state = 'queued'`;
		const running = await tx`
			update coverage_looks set cancel_requested_at = coalesce(cancel_requested_at, now()) where storage_id = ${id} and state = 'running'`;
		return waiting.count + running.count > 0;
	});
}

export type ClaimedLook = Pick<
	typeof coverageLooks.$inferSelect,
	"storageId" | "look" | "budgetSeconds" | "budgetEntries" | "listingsSeconds" | "usedSeconds" | "usedEntries"
> & {
	readonly name: string;
	readonly config: StorageConfig;
	readonly sealed: string | null;
	/** It goes on where one before it stopped. */
	readonly goesOn: boolean;
};

/**
 * Takes the look of a storage, or the one that has waited longest, if nobody works on it; null: there is none. What was begun at the
 * root goes on there.
 * @param closed ids of storages that must not be used now
 */
export async function claimLook(
	{ sql }: Pick<Database, "sql">,
	{ owner, storage, closed }: { readonly owner: string; readonly storage?: string; readonly closed: readonly number[] },
): Promise<ClaimedLook | null> {
	const [claimed = null] = await sql<ClaimedLook[]>`
		with due as (
			select k.storage_id, k.unfinished from coverage_looks k join storages st on st.id = k.storage_id
			where ${storage === undefined ? sql`true` : sql`st.name = ${storage}`} and k.storage_id <> all(${closed as number[]}::bigint[])
				and (k.state = 'queued' and (k.waits_until is null or k.waits_until <= now()) or k.state = 'running' and k.lease_until < now())
			order by k.requested_at limit 1 for update of k skip locked
		)
		update coverage_looks k set state = 'running', owner = ${owner}, lease_until = now() + make_interval(secs => ${lookLeaseSeconds}),
			waits_until = null, started_at = now(),
			look = case when due.unfinished then k.look else k.look + 1 end, begun_at = case when due.unfinished then k.begun_at else now() end,
			folders = case when due.unfinished then k.folders else 0 end, entries = case when due.unfinished then k.entries else 0 end
		from due join storages st on st.id = due.storage_id where k.storage_id = due.storage_id
		returning k.storage_id as "storageId", k.look, k.budget_seconds as "budgetSeconds", k.budget_entries as "budgetEntries",
			k.listings_seconds as "listingsSeconds", k.used_seconds as "usedSeconds", k.used_entries as "usedEntries",
			st.name, st.config, st.sealed, due.unfinished as "goesOn"`;
	return claimed;
}

export async function renewLease(
	{ sql }: Pick<Database, "sql">,
	{ storageId: id, owner }: { readonly storageId: number; readonly owner: string },
): Promise<void> {
	await sql`
		update coverage_looks set lease_until = now() + make_interval(secs => ${lookLeaseSeconds}) where storage_id = ${id} and owner = ${owner}`;
}

/** How a session of a look ends: `released` goes on by itself, in another process or when the storage may be used again. */
export type LookEnd =
	| { readonly outcome: "complete" | "partial" | "cancelled" }
	| { readonly outcome: "failed"; readonly code: string; readonly message: string }
	| { readonly outcome: "released"; readonly until: string | null };

/** Returns whether the look was still this owner's. */
export async function endLook(
	{ sql }: Pick<Database, "sql">,
	{ storageId: id, owner }: { readonly storageId: number; readonly owner: string },
	end: LookEnd,
): Promise<boolean> {
	const free = sql`owner = null, lease_until = null, cancel_requested_at = null`;
	if (end.outcome === "released") {
		const released = await sql`
			update coverage_looks set ${free}, state = 'queued', waits_until = ${end.until} where storage_id = ${id} and owner = ${owner}`;
		return released.count > 0;
	}
	const { code, message } = end.outcome === "failed" ? end : { code: null, message: null };
	const isComplete = end.outcome === "complete";
	const ended = await sql`
		update coverage_looks set ${free}, state = 'idle', outcome = ${end.outcome}, ended_at = now(), code = ${code}, message = ${message},
			unfinished = unfinished and not ${isComplete}, completed_at = case when ${isComplete} then now() else completed_at end
		where storage_id = ${id} and owner = ${owner}`;
	return ended.count > 0;
}

/**
 * Asks for the looks that are due by night, and says when each storage's next one is. By default those are of local storages that
 * containers use, as long as they have fewer entries than a nightly look may count.
 * @param nextNight when the next night begins
 */
export async function requestNightlyLooks({ sql }: { readonly sql: Sql }, nextNight: string): Promise<number> {
	const wanted = sql`(st.config->>'coverage' = 'nightly' or not st.config ? 'coverage' and st.type = 'local'
		and exists (select from sources s join containers c on c.id = s.container_id
			where st.id in (s.storage_id, s.metadata_storage_id) and not s.retired and c.deleted_at is null))`;
	await sql`
		insert into coverage_looks (storage_id, next_at) select st.id, ${nextNight} from storages st
		where ${wanted} and not exists (select from coverage_looks k where k.storage_id = st.id) on conflict do nothing`;
	// One that was missed by more than some hours waits for the next night.
	const { seconds, entries } = nightlyLookBudget;
	const due = await sql`
		update coverage_looks k set next_at = ${nextNight},
			state = case when fits.fits then 'queued' else k.state end,
			requested_by = case when fits.fits then 'nightly' else k.requested_by end,
			requested_at = case when fits.fits then now() else k.requested_at end,
			budget_seconds = case when fits.fits then ${seconds} else k.budget_seconds end,
			budget_entries = case when fits.fits then ${entries}::bigint else k.budget_entries end,
			listings_seconds = case when fits.fits then ${listingsSeconds.nightly} else k.listings_seconds end,
			used_seconds = case when fits.fits then 0 else k.used_seconds end, used_entries = case when fits.fits then 0 else k.used_entries end
		from storages st, lateral (select k0.next_at > now() - interval '6 hours' and k0.state = 'idle'
			and (st.config->>'coverage' = 'nightly' or k0.entries < ${entries}) as fits from coverage_looks k0 where k0.storage_id = st.id) fits
		where st.id = k.storage_id and ${wanted} and (k.next_at <= now() or k.next_at is null)`;
	return due.count;
}
