import type { Database, Transaction } from "#lib/catalog/database/database.ts";

/**
 * A transaction whose statement under way is cancelled in the database as soon as `signal` aborts, however long it would
 * take. Then it throws the signal's reason.
 */
export async function cancellable<Result>(
	sql: Database["sql"],
	signal: AbortSignal,
	work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
	return (await sql.begin(async (transaction) => {
		const [backend] = await transaction<{ pid: number }[]>`select pg_backend_pid() as pid`;
		let cancelling: Promise<unknown> | null = null;
		const cancel = () => {
			cancelling = sql`select from pg_cancel_backend(${backend?.pid ?? 0})`.catch(() => {});
		};
		signal.addEventListener("abort", cancel, { once: true });
		try {
			signal.throwIfAborted();
			return await work(transaction);
		} catch (error) {
			throw signal.aborted ? signal.reason : error;
		} finally {
			signal.removeEventListener("abort", cancel);
			// It must not hit what the connection is used for next.
			await cancelling;
		}
	})) as Result;
}
