import { setTimeout as sleep } from "node:timers/promises";
import { containerViews } from "#lib/catalog/containers.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import type { LiveEvent, RunView } from "#lib/catalog/read-models.ts";
import { activeRuns, runViews } from "#lib/catalog/runs.ts";

type Receiver = (event: LiveEvent) => void;

/** The catalogue is read at most this often, milliseconds, however many listen. */
const intervalMs = 250;
/** Runs that one statement reads. */
const runsPerRead = 500;

/**
 * Follows the runs and the configuration for all receivers in this process: listens and reads once, and only while there
 * are receivers. Notifications only wake it; what it sends is read from the catalogue.
 */
export class LiveHub {
	readonly #database: Database;
	readonly #receivers = new Set<Receiver>();
	/** Receivers that have not got the active runs yet. */
	readonly #newcomers = new Set<Receiver>();
	readonly #changed = new Set<number>();
	/** As it was sent last: a container is sent again when one of its runs reaches another state. */
	readonly #stateByRun = new Map<number, RunView["state"]>();
	#subscribed: Promise<() => Promise<void>> | null = null;
	#reading = false;

	constructor(database: Database) {
		this.#database = database;
	}

	/** Sends all active runs first, then whatever changes, until the returned function is called. */
	async enter(receiver: Receiver): Promise<() => Promise<void>> {
		this.#receivers.add(receiver);
		this.#newcomers.add(receiver);
		const leave = async () => {
			this.#receivers.delete(receiver);
			this.#newcomers.delete(receiver);
			if (this.#receivers.size > 0 || this.#subscribed === null) return;
			const unlisten = await this.#subscribed;
			// Another receiver may have come meanwhile.
			if (this.#receivers.size > 0) return;
			this.#subscribed = null;
			this.#stateByRun.clear();
			await unlisten();
		};
		try {
			this.#subscribed ??= this.#subscribe();
			await this.#subscribed;
			this.#read();
			return leave;
		} catch (error) {
			this.#receivers.delete(receiver);
			this.#newcomers.delete(receiver);
			this.#subscribed = null;
			throw error;
		}
	}

	async #subscribe(): Promise<() => Promise<void>> {
		const { sql } = this.#database;
		const onRun = (payload: string) => {
			this.#changed.add(Number(payload));
			this.#read();
		};
		// The driver listens again after a lost connection: then all receivers begin anew.
		const onListening = () => {
			for (const receiver of this.#receivers) this.#newcomers.add(receiver);
			this.#read();
		};
		const subscriptions = await Promise.all([
			sql.listen("eosync_run", onRun, onListening),
			sql.listen("eosync_configuration", () => send({ type: "configuration" }, this.#receivers)),
		]);
		return async () => {
			await Promise.all(subscriptions.map(({ unlisten }) => unlisten()));
		};
	}

	#read(): void {
		if (this.#reading) return;
		this.#reading = true;
		void this.#readWhileNeeded();
	}

	async #readWhileNeeded(): Promise<void> {
		while (this.#changed.size + this.#newcomers.size > 0 && this.#receivers.size > 0) {
			const newcomers = [...this.#newcomers];
			const changed = [...this.#changed];
			this.#newcomers.clear();
			this.#changed.clear();
			try {
				if (newcomers.length > 0) await this.#sendActive(newcomers);
				await this.#sendChanged(changed);
			} catch {
				// While the database fails nothing is sent; what was to be sent is read when it answers again.
				for (const receiver of newcomers) if (this.#receivers.has(receiver)) this.#newcomers.add(receiver);
				for (const run of changed) this.#changed.add(run);
			}
			await sleep(intervalMs);
		}
		this.#reading = false;
	}

	async #sendActive(newcomers: readonly Receiver[]): Promise<void> {
		for (const runs of inParts(await activeRuns(this.#database))) {
			const views = await runViews(this.#database, runs);
			for (const run of views) send({ type: "run", run }, newcomers);
			await this.#sendContainers(views, newcomers);
		}
	}

	async #sendChanged(changed: readonly number[]): Promise<void> {
		for (const runs of inParts(changed)) {
			const views = await runViews(this.#database, runs);
			for (const run of views) send({ type: "run", run }, this.#receivers);
			const moved = views.filter(({ run, state }) => this.#stateByRun.get(run) !== state);
			for (const { run, state, finishedAt } of moved) {
				if (finishedAt === null) this.#stateByRun.set(run, state);
				else this.#stateByRun.delete(run);
			}
			await this.#sendContainers(moved, this.#receivers);
		}
	}

	async #sendContainers(runs: readonly RunView[], receivers: Iterable<Receiver>): Promise<void> {
		if (runs.length === 0) return;
		const ids = [...new Set(runs.map(({ container }) => container))];
		for (const container of await containerViews(this.#database, ids))
			send({ type: "container", container }, receivers);
	}
}

function send(event: LiveEvent, receivers: Iterable<Receiver>): void {
	for (const receive of receivers) receive(event);
}

function inParts(runs: readonly number[]): readonly (readonly number[])[] {
	return Array.from({ length: Math.ceil(runs.length / runsPerRead) }, (_, part) =>
		runs.slice(part * runsPerRead, (part + 1) * runsPerRead),
	);
}
