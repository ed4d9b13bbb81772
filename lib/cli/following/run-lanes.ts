import type { Database } from "#lib/catalog/database/database.ts";
import type { storages } from "#lib/catalog/schema/schema.ts";

/**
 * Runs of one command, some at once, as the storages allow: those of containers on the same remote storage go one after the
 * other, so that a server sees no more connections and requests than the storage's settings say. Local storages have no such
 * limit, and their disk limits itself.
 */
export class RunLanes<Wanted extends { readonly container: string }> {
	readonly #pending: Wanted[];
	readonly #requested: readonly Wanted[];
	readonly #concurrency: number;
	readonly #remoteByContainer: ReadonlyMap<string, readonly number[]>;
	/** Remote storages that a run under way has its sources on. */
	readonly #inUse = new Set<number>();

	private constructor(
		requested: readonly Wanted[],
		concurrency: number,
		remoteByContainer: ReadonlyMap<string, readonly number[]>,
	) {
		this.#requested = requested;
		this.#pending = [...requested];
		this.#concurrency = concurrency;
		this.#remoteByContainer = remoteByContainer;
	}

	static async of<Wanted extends { readonly container: string }>(
		{ sql }: Database,
		requested: readonly Wanted[],
		concurrency: number,
	): Promise<RunLanes<Wanted>> {
		if (concurrency === 1 || requested.length < 2) return new RunLanes(requested, 1, new Map());
		const rows = await sql<{ container: string; remote: Pick<typeof storages.$inferSelect, "id">["id"][] }[]>`
			select c.eo_id as container, array_agg(distinct st.id) as remote
			from containers c join sources s on s.container_id = c.id join storages st on st.id in (s.storage_id, s.metadata_storage_id)
			where c.eo_id = any(${requested.map(({ container }) => container)}) and st.type <> 'local' group by c.eo_id`;
		return new RunLanes(requested, concurrency, new Map(rows.map(({ container, remote }) => [container, remote])));
	}

	/**
	 * The results in the order of the request, each as soon as it and all before it are there.
	 * @throws what the first call that failed threw, when all calls under way have ended; no other is begun then.
	 */
	async *each<R>(call: (wanted: Wanted) => Promise<R>): AsyncGenerator<R> {
		const resultByRun = new Map<Wanted, R>();
		const underWay = new Set<Promise<void>>();
		const failures: unknown[] = [];
		const begin = (run: Wanted) => {
			const remote = this.#remoteByContainer.get(run.container) ?? [];
			for (const id of remote) this.#inUse.add(id);
			const working = call(run)
				.then(
					(result) => void resultByRun.set(run, result),
					(error: unknown) => void failures.push(error),
				)
				.finally(() => {
					for (const id of remote) this.#inUse.delete(id);
					underWay.delete(working);
				});
			underWay.add(working);
		};
		let next = 0;
		for (;;) {
			while (failures.length === 0 && underWay.size < this.#concurrency) {
				const run = this.#takeNext();
				if (run === null) break;
				begin(run);
			}
			if (underWay.size === 0) break;
			await Promise.race(underWay);
			for (let run = this.#requested[next]; run !== undefined && resultByRun.has(run); run = this.#requested[++next]) {
				yield resultByRun.get(run) as R;
				resultByRun.delete(run);
			}
		}
		if (failures.length > 0) throw failures[0];
	}

	/** The first one whose storages are free. */
	#takeNext(): Wanted | null {
		const isFree = ({ container }: Wanted) =>
			(this.#remoteByContainer.get(container) ?? []).every((id) => !this.#inUse.has(id));
		const index = this.#pending.findIndex(isFree);
		return index < 0 ? null : (this.#pending.splice(index, 1)[0] ?? null);
	}
}
