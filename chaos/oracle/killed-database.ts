import type { Database, Sql } from "#lib/catalog/database/database.ts";

export class KilledError extends Error {}

/**
 * The database as a process sees it that is killed before its n-th statement: from then on nothing gets through, and a
 * transaction that is open is rolled back.
 */
export function killedBefore(database: Database, statements: number): Database {
	let left = statements;
	const count = () => {
		if (left-- <= 0) throw new KilledError("The process was killed.");
	};
	const wrapped = <T extends Sql>(sql: T): T =>
		new Proxy(sql, {
			apply(target, self, parts: unknown[]) {
				const [strings] = parts;
				if (Array.isArray(strings) && "raw" in strings) count();
				return Reflect.apply(target, self, parts);
			},
			get(target, name) {
				if (name !== "begin") return Reflect.get(target, name);
				return (work: (sql: Sql) => Promise<unknown>) => {
					count();
					return target.begin((tx) => work(wrapped(tx as unknown as Sql)));
				};
			},
		});
	return { ...database, sql: wrapped(database.sql) };
}
