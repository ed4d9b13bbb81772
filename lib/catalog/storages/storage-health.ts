import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import { storable } from "#lib/catalog/storable.ts";

/** What a request that only asks whether a storage answers found out. */
export type ProbeResult =
	| { readonly reached: true; readonly milliseconds: number }
	| {
			readonly reached: false;
			/** Of the error. */
			readonly code: string;
			readonly message: string;
			/** The log-in was refused: to try again by itself could lock the account. */
			readonly refused: boolean;
	  };

/** Seconds between two probes of a storage. */
const probeSeconds = 300;

/** Keeps it, and whether the storage is reachable; its next probe is due in `nextSeconds`. */
export async function recordProbe(
	{ sql }: Pick<Database, "sql">,
	storage: number,
	result: ProbeResult,
	{ nextSeconds = probeSeconds }: { readonly nextSeconds?: number } = {},
): Promise<void> {
	const { reached } = result;
	const found = reached
		? { latency: result.milliseconds, code: null, message: null, refused: false }
		: { latency: null, code: result.code, message: storable(result.message), refused: result.refused };
	const { latency, code, message, refused } = found;
	await sql.begin(async (tx) => {
		await noteReach(tx, [storage], message);
		await tx`
			insert into storage_health as h (storage_id, probed_at, reached, latency_ms, code, message, refused, next_at)
			values (${storage}, clock_timestamp(), ${reached}, ${latency}, ${code}, ${message}, ${refused}, now() + make_interval(secs => ${nextSeconds}))
			on conflict (storage_id) do update set probed_at = excluded.probed_at, reached = excluded.reached, latency_ms = coalesce(excluded.latency_ms, h.latency_ms),
				code = excluded.code, message = excluded.message, refused = excluded.refused, next_at = excluded.next_at, worker = null, lease_until = null`;
	});
}

/** Notes that storages do not answer, and why: then their containers are not plainly in sync. Or that they do (`reason` null). */
export async function noteReach(
	sql: Sql | Transaction,
	storages: readonly number[],
	reason: string | null,
): Promise<void> {
	const ids = storages as number[];
	if (reason === null)
		await sql`
			update storages set unreachable_since = null, unreachable_reason = null where id = any(${ids}) and unreachable_since is not null`;
	else
		await sql`
			update storages set unreachable_since = coalesce(unreachable_since, now()), unreachable_reason = ${reason}
			where id = any(${ids}) and (unreachable_since is null or unreachable_reason is distinct from ${reason})`;
}
