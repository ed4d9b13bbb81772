import { setTimeout as sleep } from "node:timers/promises";
import { containerViews } from "#lib/catalog/containers.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import type { LiveEvent, RunView } from "#lib/catalog/read-models.ts";
import { activeRuns, listProblems, runViews } from "#lib/catalog/runs.ts";

type Receiver = (event: LiveEvent) => void;

/** The catalogue is read at most so often, milliseconds, however many listen. */
const interval = 250;
/** Problems that come along with a run's event; the rest is a list of its own. */
const problemsShown = 20;

/**
 * Follows the runs and the configuration for everybody in this process who wants to know: listens and reads once, and
 * only while somebody does. Notifications only wake; what is told is read from the catalogue.
 */
export class LiveHub {
	readonly #database: Database;
	readonly #receivers = new Set<Receiver>();
	readonly #changed = new Set<number>();
	/** As it was told last: a container is told of again when a run of it reaches another state. */
	readonly #stateByRun = new Map<number, RunView["state"]>();
	#subscribed: Promise<() => Promise<void>> | null = null;
	#reading = false;

	constructor(database: Database) {
		this.#database = database;
	}

	/** Hears of all active runs first, then of whatever changes, until the returned function is called. */
	async enter(receiver: Receiver): Promise<() => Promise<void>> {
		this.#receivers.add(receiver);
		const leave = async () => {
			this.#receivers.delete(receiver);
			if (this.#receivers.size > 0 || this.#subscribed === null) return;
			const unlisten = await this.#subscribed;
			// Somebody may have come meanwhile.
			if (this.#receivers.size > 0) return;
			this.#subscribed = null;
			await unlisten();
		};
		try {
			this.#subscribed ??= this.#subscribe();
			await this.#subscribed;
			await this.#tellAll();
			return leave;
		} catch (error) {
			this.#receivers.delete(receiver);
			this.#subscribed = null;
			throw error;
		}
	}

	async #subscribe(): Promise<() => Promise<void>> {
		const { sql } = this.#database;
		const onRun = (payload: string) => this.#change(Number(payload));
		// After a lost connection the driver listens again; what was missed meanwhile is told as well.
		const missed = () => void this.#tellAll().catch(() => {});
		const subscriptions = await Promise.all([
			sql.listen("eosync_run", onRun, missed),
			sql.listen("eosync_configuration", () => this.#broadcast({ type: "configuration" })),
		]);
		return async () => {
			await Promise.all(subscriptions.map(({ unlisten }) => unlisten()));
		};
	}

	async #tellAll(): Promise<void> {
		this.#stateByRun.clear();
		for (const run of await activeRuns(this.#database)) this.#change(run);
	}

	#change(run: number): void {
		this.#changed.add(run);
		if (this.#reading) return;
		this.#reading = true;
		void this.#readWhileChanging();
	}

	async #readWhileChanging(): Promise<void> {
		while (this.#changed.size > 0) {
			const runs = [...this.#changed];
			this.#changed.clear();
			// While the database fails nothing is told; the driver comes back, and then all is.
			await this.#tell(runs).catch(() => {});
			await sleep(interval);
		}
		this.#reading = false;
	}

	async #tell(runs: readonly number[]): Promise<void> {
		const views = await runViews(this.#database, runs);
		for (const run of views) {
			const { rows } = run.problems > 0 ? await listProblems(this.#database, run.run, { limit: problemsShown }) : none;
			this.#broadcast({ type: "run", run, problems: rows });
		}
		const moved = views.filter(({ run, state }) => this.#stateByRun.get(run) !== state);
		for (const { run, state, finishedAt } of moved) {
			if (finishedAt === null) this.#stateByRun.set(run, state);
			else this.#stateByRun.delete(run);
		}
		const containers = [...new Set(moved.map(({ container }) => container))];
		for (const container of containers.length > 0 ? await containerViews(this.#database, containers) : []) {
			this.#broadcast({ type: "container", container });
		}
	}

	#broadcast(event: LiveEvent): void {
		for (const receive of this.#receivers) receive(event);
	}
}

const none = { rows: [] } as const;
