import type { Sql } from "#lib/catalog/database/database.ts";

/** A database client that does something before each transaction, as others do between our reading and our writing. */
export function beforeTransactions(sql: Sql, act: () => Promise<void>): Sql {
	return new Proxy(sql, {
		get(client, name) {
			const value: unknown = Reflect.get(client, name);
			if (name !== "begin" || typeof value !== "function") return value;
			return async (...work: readonly unknown[]) => {
				await act();
				return Reflect.apply(value, client, work);
			};
		},
	});
}
