import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { EosyncError } from "#lib/errors.ts";

/** What the caller calls containers. */
type ContainerWord = "containers" | "collections";

/**
 * Runs reading statements that see the same state; none takes longer than `timeoutMs` (null: as long as it takes).
 * @throws EosyncError `too-slow` when one does
 */
export async function within<T>(
	sql: Pick<Sql, "begin">,
	timeoutMs: number | null,
	read: (tx: Transaction) => Promise<T>,
	word: ContainerWord = "containers",
): Promise<T> {
	try {
		const result = await sql.begin(async (tx) => {
			await tx`set transaction isolation level repeatable read read only`;
			if (timeoutMs !== null) await limitStatements(tx, timeoutMs);
			return { value: await read(tx) };
		});
		return result.value as T;
	} catch (error) {
		if (timeoutMs === null || !isTimeout(error)) throw error;
		throw tooSlow(timeoutMs, error, word);
	}
}

/** From here to the end of the transaction. @param milliseconds that a statement may take */
export async function limitStatements(tx: Transaction, milliseconds: number): Promise<void> {
	await tx<{ limit: string }[]>`select set_config('statement_timeout', ${String(milliseconds)}, true) as "limit"`;
}

/**
 * Few rows lead: from here to the end of the transaction, joins go by their indexes. PostgreSQL expects that a box is met by thousands,
 * and would read whole tables for them.
 */
export async function joinByIndex(tx: Transaction): Promise<void> {
	await tx<{ hash: string; merge: string }[]>`
		select set_config('enable_hashjoin', 'off', true) as hash, set_config('enable_mergejoin', 'off', true) as merge`;
}

export function tooSlow(timeoutMs: number, cause: unknown, word: ContainerWord = "containers"): EosyncError {
	const message = `The search took longer than ${timeoutMs / 1000} s. Ask for a smaller time, a smaller area, or fewer ${word}.`;
	return new EosyncError("too-slow", message, { cause, retryable: true });
}

/** `query_canceled`: by the limit of time that this transaction has. */
function isTimeout(error: unknown): boolean {
	return error instanceof Error && "code" in error && error.code === "57014";
}
