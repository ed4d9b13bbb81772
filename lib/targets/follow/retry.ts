import type { Sql, Transaction } from "#lib/catalog/database/database.ts";

/** When a target that failed is tried again: after 10 s, 20 s, 40 s, … up to five minutes, for as long as it takes. */

type Queries = { readonly sql: Sql | Transaction };

/** Seconds. */
const firstPause = 10;
const longestPause = 300;

/** Notes that a target could not be pushed to. Returns in how many seconds it is tried again. */
export async function noteFailure({ sql }: Queries, target: number, message: string): Promise<number> {
	const [row] = await sql<{ seconds: number }[]>`
		update targets set failures = failures + 1, failing_since = coalesce(failing_since, clock_timestamp()),
			last_error = ${message.toWellFormed().replaceAll("\0", "").slice(0, 2000)}, last_error_at = clock_timestamp(),
			retry_at = clock_timestamp() + make_interval(secs => least(${longestPause}, ${firstPause} * 2.0 ^ least(failures, 10)))
		where id = ${target} returning extract(epoch from retry_at - clock_timestamp())::float8 as seconds`;
	return row?.seconds ?? firstPause;
}

/** Notes that it was reached; `pushed`: and has all that changed. */
export async function noteSuccess(
	{ sql }: Queries,
	target: number,
	{ pushed }: { readonly pushed: boolean },
): Promise<void> {
	await sql`
		update targets set failures = 0, failing_since = null, retry_at = null, pushed_at = case when ${pushed} then clock_timestamp() else pushed_at end
		where id = ${target}`;
}
