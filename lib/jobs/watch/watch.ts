import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "#lib/catalog/database/database.ts";
import { closedStorageIds } from "#lib/catalog/pauses/pauses.ts";
import { createRun } from "#lib/catalog/runs/run-lifecycle.ts";
import type { StorageAccess } from "#lib/catalog/storages/storage-access.ts";
import { messageOf } from "#lib/errors.ts";
import type { Logger } from "#lib/telemetry/log.ts";
import { SourceWatch, type WatchedSource } from "./watch-source.ts";

/** Milliseconds. */
const usualIntervals = {
	/** Between two looks whether a run is due. */
	tick: 500,
	/** And whether the catalogue wants something else watched, and roots are still there. */
	reread: 5000,
	/** A root that is not there is left to other workers for so long. */
	away: 10_000,
	/** How long nothing must change before a run is asked for, unless the source asks for longer. */
	quiet: 3000,
};
/** Seconds after which another worker takes over from one that went silent. */
const leaseSeconds = 30;
/** Minutes between runs where the kernel does not report changes. */
const pollMinutes = 10;

export interface WatchOptions {
	/** As in `workers`. */
	readonly worker: string;
	readonly access: Pick<StorageAccess, "policy">;
	readonly enqueue: (run: number) => Promise<void>;
	readonly log: Logger;
	readonly signal: AbortSignal;
	/** For tests. */
	readonly intervals?: typeof usualIntervals;
}

interface WantedRow extends WatchedSource {
	/** No other worker has it. */
	readonly free: boolean;
	/** No run was asked for since the last poll. */
	readonly pollDue: boolean;
}

/** Asks for syncs when watched folders change, until the signal aborts. Each source is watched by one worker. */
export async function watchUntilStopped(database: Database, options: WatchOptions): Promise<void> {
	const { log, signal, intervals = usualIntervals } = options;
	const watcher = new Watcher(database, options, intervals);
	let read = Number.NEGATIVE_INFINITY;
	while (!signal.aborted) {
		try {
			if (performance.now() - read >= intervals.reread) {
				read = performance.now();
				await watcher.reread();
			}
			await watcher.askForRuns();
		} catch (error) {
			if (!signal.aborted) log.warn({ err: error }, `watching has to wait: ${messageOf(error)}`);
		}
		await sleep(intervals.tick, undefined, { signal }).catch(() => {});
	}
	await watcher.letGo().catch(() => {}); // The leases end by themselves.
}

class Watcher {
	readonly #database: Database;
	readonly #options: WatchOptions;
	readonly #intervals: typeof usualIntervals;
	readonly #watchedById = new Map<number, SourceWatch>();
	/** `performance.now()` until which a source is left to others. */
	readonly #leftUntil = new Map<number, number>();

	constructor(database: Database, options: WatchOptions, intervals: typeof usualIntervals) {
		this.#intervals = intervals;
		this.#database = database;
		this.#options = options;
	}

	/** Watches what the catalogue asks for and no other worker watches, and says how. */
	async reread(): Promise<void> {
		const wanted = await this.#wanted();
		for (const [id, watched] of this.#watchedById) {
			const row = wanted.find((each) => each.id === id);
			const isSame = row !== undefined && sameSource(row, watched.source);
			await watched.check();
			const isAway = watched.state.mode === "waiting";
			if (isAway) this.#leftUntil.set(id, performance.now() + this.#intervals.away);
			if (!isSame || !(await this.#renew(watched)) || isAway) this.#close(id, watched);
			if (!isSame) await this.#free([id]);
			else if (watched.isPolled && row.pollDue) await this.#ask(watched);
		}
		for (const { free: isFree, pollDue: _, ...source } of wanted) {
			if (this.#options.signal.aborted) return;
			const isMine = this.#watchedById.has(source.id);
			if (isMine || !isFree || (this.#leftUntil.get(source.id) ?? 0) > performance.now()) continue;
			await this.#begin(source);
		}
	}

	async askForRuns(): Promise<void> {
		for (const watched of this.#watchedById.values()) {
			if (watched.isDue(performance.now())) await this.#ask(watched);
		}
	}

	async letGo(): Promise<void> {
		for (const [id, watched] of this.#watchedById) this.#close(id, watched);
		await this.#database.sql`delete from watches where worker = ${this.#options.worker}`;
	}

	async #wanted(): Promise<readonly WantedRow[]> {
		const { sql } = this.#database;
		const closed = await closedStorageIds({ sql });
		return sql<WantedRow[]>`
			select s.id, c.eo_id as container, s.path, s.symlinks, s.stable_for as "stableFor", st.config as storage, ms.name as "metadataStorage",
				w.source_id is null or w.lease_until < now() or w.worker = ${this.#options.worker} as free,
				not exists (select from runs r where r.container_id = c.id and r.created_at > now() - make_interval(mins => ${pollMinutes})) as "pollDue"
			from sources s join containers c on c.id = s.container_id join storages st on st.id = s.storage_id
			left join storages ms on ms.id = s.metadata_storage_id left join watches w on w.source_id = s.id
			where s.watch and not s.retired and c.deleted_at is null
				and s.storage_id <> all(${closed}::bigint[]) and (s.metadata_storage_id <> all(${closed}::bigint[])) is not false order by s.id`;
	}

	async #begin(source: WatchedSource): Promise<void> {
		const { worker, access, log } = this.#options;
		const claimed = await this.#database.sql`
			insert into watches as w (source_id, worker, mode, lease_until) values (${source.id}, ${worker}, 'starting', now() + make_interval(secs => ${leaseSeconds}))
			on conflict (source_id) do update set worker = excluded.worker, mode = excluded.mode, reason = null, folders = 0, since = now(), lease_until = excluded.lease_until
			where w.lease_until < now() or w.worker = excluded.worker`;
		if (claimed.count === 0) return;
		const watched = new SourceWatch(source, this.#intervals.quiet);
		this.#watchedById.set(source.id, watched);
		const before = this.#leftUntil.has(source.id);
		const beginning = watched.begin(access).then(async () => {
			const { mode, reason, folders } = watched.state;
			const details = { container: source.container, path: source.path, mode, folders, reason };
			// A root that stays away is reported once.
			if (mode !== "waiting" || !before) log.info(details, "source watched");
			if (mode !== "waiting") this.#leftUntil.delete(source.id);
			await this.#renew(watched);
		});
		// A large tree takes a while: others go on meanwhile, and the lease is renewed.
		void beginning.catch((error: unknown) => log.warn({ err: error }, `a source is not watched: ${messageOf(error)}`));
	}

	/** Returns false when another worker has taken it over. */
	async #renew({ source, state }: SourceWatch): Promise<boolean> {
		// A worker that waits lets others try.
		const seconds = state.mode === "waiting" ? 0 : leaseSeconds;
		const renewed = await this.#database.sql`
			update watches set mode = ${state.mode}, reason = ${state.reason}, folders = ${state.folders}, lease_until = now() + make_interval(secs => ${seconds})
			where source_id = ${source.id} and worker = ${this.#options.worker}`;
		return renewed.count > 0;
	}

	async #ask(watched: SourceWatch): Promise<void> {
		const { container } = watched.source;
		const request = { container, kind: "sync", trigger: "watch", actor: "watch" } as const;
		const { run, joined, again } = await createRun(this.#database, request);
		watched.asked(performance.now(), joined && !again);
		if (!joined) await this.#options.enqueue(run);
	}

	async #free(ids: readonly number[]): Promise<void> {
		const { worker } = this.#options;
		await this.#database.sql`delete from watches where source_id = any(${ids as number[]}) and worker = ${worker}`;
	}

	#close(id: number, watched: SourceWatch): void {
		watched[Symbol.dispose]();
		this.#watchedById.delete(id);
	}
}

/** Whether it is to be watched as it is. */
function sameSource(row: WantedRow, source: WatchedSource): boolean {
	const { free: _, pollDue: __, ...wanted } = row;
	return JSON.stringify(wanted) === JSON.stringify(source);
}
