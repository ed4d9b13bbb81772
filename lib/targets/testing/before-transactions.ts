import type { Sql } from "#lib/catalog/database/database.ts";

/** The client of a database that does something before each transaction: what others do there between reading and writing. */
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
