import { setTimeout as sleep } from "node:timers/promises";
import { batchesOfRuns, batchViews } from "#lib/catalog/batches/batches.ts";
import { containersOfStorages, containerViews, overdueContainers } from "#lib/catalog/containers/containers.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import type { LiveEvent } from "#lib/catalog/live-events.ts";
import type { ContainerView } from "#lib/catalog/read-models/container-view.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { runViews } from "#lib/catalog/runs/runs.ts";

type Receiver = (event: LiveEvent) => void;

export interface ReceiverOptions {
	/** It follows these runs, as of when they are read, and no containers; left out: everything. */
	readonly onlyRuns?: ((run: number) => boolean) | undefined;
}

/** The catalogue is read at most this often, milliseconds, however many listen. */
const intervalMs = 250;
/** Runs or containers that one statement reads. */
const perRead = 500;
/** How often the hub makes sure that it still hears anything, milliseconds. */
const hearingTestMs = 10_000;
/** How often it looks for containers that became overdue, milliseconds. */
const overdueMs = 60_000;

/**
 * Follows the runs and the configuration for all receivers in this process, and reads once for all of them. Notifications
 * only wake it; what it sends is read from the catalogue. Whenever it may have missed one (it listens for the first time,
 * again after a lost connection, or does not hear its own notifications) it sends a `gap`. It listens for as long as the database's
 * client lives, and does nothing while there are no receivers.
 */
export class LiveHub {
	readonly #database: Database;
	readonly #receivers = new Map<Receiver, ReceiverOptions>();
	readonly #runs = new Set<number>();
	readonly #storages = new Set<number>();
	readonly #batches = new Set<number>();
	/** The state that was last sent of each run: a container is sent again when one of its runs reaches another state. */
	readonly #stateByRun = new Map<number, RunView["state"]>();
	/** EO IDs of the containers that were sent as overdue. */
	#overdue: ReadonlySet<string> = new Set();
	#listening: Promise<unknown> | null = null;
	#reading = false;
	readonly #timers: ReturnType<typeof setInterval>[] = [];
	/** Distinguishes the hub's own notifications from those of other processes. */
	readonly #name = crypto.randomUUID();
	#sentTests = 0;
	#heardTests = 0;

	constructor(database: Database) {
		this.#database = database;
	}

	/** Sends a `gap` as soon as nothing is missed any more, then whatever changes, until the returned function is called. */
	async enter(receiver: Receiver, options: ReceiverOptions = {}): Promise<() => void> {
		this.#receivers.set(receiver, options);
		const leave = () => {
			this.#receivers.delete(receiver);
			if (this.#receivers.size === 0) this.#rest();
		};
		try {
			this.#listening ??= this.#listen();
			await this.#listening;
		} catch (error) {
			this.#listening = null;
			leave();
			throw error;
		}
		if (this.#timers.length === 0) this.#startTimers();
		receiver({ type: "gap" });
		return leave;
	}

	#startTimers(): void {
		const timers = [
			setInterval(() => void this.testHearing(), hearingTestMs),
			setInterval(() => void this.sendOverdue(), overdueMs),
		];
		for (const timer of timers) timer.unref();
		this.#timers.push(...timers);
	}

	/** Without followers it forgets everything: what it remembered would be out of date for the next one. */
	#rest(): void {
		for (const timer of this.#timers.splice(0)) clearInterval(timer);
		this.#stateByRun.clear();
		this.#runs.clear();
		this.#storages.clear();
		this.#batches.clear();
		this.#overdue = new Set();
	}

	async #listen(): Promise<void> {
		const { sql } = this.#database;
		const collect = (into: Set<number>) => (payload: string) => {
			if (this.#receivers.size === 0) return;
			into.add(Number(payload));
			this.#read();
		};
		// The driver calls this for the first time and whenever it listens again after a lost connection.
		const onListening = () => this.#send([{ type: "gap" }]);
		await Promise.all([
			sql.listen("eosync_run", collect(this.#runs), onListening),
			sql.listen("eosync_reach", collect(this.#storages), onListening),
			sql.listen("eosync_batch", collect(this.#batches), onListening),
			sql.listen("eosync_targets", () => this.#send([{ type: "targets" }]), onListening),
			sql.listen("eosync_configuration", () => this.#send([{ type: "configuration" }]), onListening),
			sql.listen(`eosync_hearing_${this.#name}`, (payload) => {
				this.#heardTests = Number(payload);
			}),
		]);
	}

	/**
	 * Notifies itself, and sends a `gap` when the notification before was not heard: a connection may be dead for a long time before the
	 * system says so.
	 */
	async testHearing(): Promise<void> {
		if (this.#heardTests < this.#sentTests) this.#send([{ type: "gap" }]);
		this.#sentTests += 1;
		const test = this.#sentTests;
		try {
			await this.#database.sql.notify(`eosync_hearing_${this.#name}`, String(test));
		} catch {
			// The database does not answer: missed events follow when it does, as the driver listens again.
			this.#heardTests = test;
		}
	}

	/** Sends the containers that have become overdue: the clock alone makes them so, without a notification. */
	async sendOverdue(): Promise<void> {
		try {
			if (!this.#showsContainers()) return;
			const overdue = await overdueContainers(this.#database);
			if (this.#receivers.size === 0) return;
			this.#sendViews(overdue.filter(({ id }) => !this.#overdue.has(id)));
			this.#overdue = new Set(overdue.map(({ id }) => id));
		} catch {
			// The database does not answer: the next look sends them.
		}
	}

	#read(): void {
		if (this.#reading) return;
		this.#reading = true;
		void this.#readWhileNeeded();
	}

	async #readWhileNeeded(): Promise<void> {
		while (this.#hasNews() && this.#receivers.size > 0) {
			const runs = takeAll(this.#runs).filter((run) => this.#follows(run));
			const storages = this.#showsContainers() ? takeAll(this.#storages) : [];
			const batches = this.#showsContainers() ? takeAll(this.#batches) : [];
			try {
				for (const part of inParts(runs)) await this.#sendRuns(part);
				await this.#sendBatches(batches, runs);
				if (storages.length > 0) {
					const ids = await containersOfStorages(this.#database, storages);
					for (const part of inParts(ids)) await this.#sendContainers(part, { histories: false });
				}
			} catch {
				// While the database fails nothing is sent; what was to be sent is read when it answers again.
				for (const run of runs) this.#runs.add(run);
				for (const storage of storages) this.#storages.add(storage);
				for (const batch of batches) this.#batches.add(batch);
			}
			await sleep(intervalMs);
		}
		this.#reading = false;
	}

	#hasNews(): boolean {
		return this.#runs.size + (this.#showsContainers() ? this.#storages.size + this.#batches.size : 0) > 0;
	}

	/** These batches, and those that count any of the runs. */
	async #sendBatches(batches: readonly number[], runs: readonly number[]): Promise<void> {
		if (!this.#showsContainers() || batches.length + runs.length === 0) return;
		const counting = runs.length === 0 ? [] : await batchesOfRuns(this.#database, runs);
		const all = [...new Set([...batches, ...counting])];
		if (all.length === 0) return;
		this.#send((await batchViews(this.#database, all)).map((batch) => ({ type: "batch", batch })));
	}

	async #sendRuns(runs: readonly number[]): Promise<void> {
		const views = await runViews(this.#database, runs);
		this.#send(views.map((run) => ({ type: "run", run })));
		if (!this.#showsContainers()) return;
		const stepped = views.filter(({ run, state }) => this.#stateByRun.get(run) !== state);
		await this.#sendContainers([...new Set(stepped.map(({ container }) => container))], { histories: true });
		// The states are noted only now: if sending failed, the next attempt sends them.
		for (const { run, state, finishedAt } of stepped) {
			if (finishedAt === null) this.#stateByRun.set(run, state);
			else this.#stateByRun.delete(run);
		}
	}

	async #sendContainers(ids: readonly string[], { histories }: { readonly histories: boolean }): Promise<void> {
		if (ids.length === 0) return;
		this.#sendViews(await containerViews(this.#database, ids, { histories }));
	}

	#sendViews(views: readonly ContainerView[]): void {
		this.#send(views.map((container) => ({ type: "container", container })));
	}

	#send(events: readonly LiveEvent[]): void {
		for (const [receive, { onlyRuns }] of this.#receivers) {
			for (const event of events) {
				const isFollowed =
					onlyRuns === undefined || (event.type === "run" ? onlyRuns(event.run.run) : event.type === "gap");
				if (isFollowed) receive(event);
			}
		}
	}

	#showsContainers(): boolean {
		return [...this.#receivers.values()].some(({ onlyRuns }) => onlyRuns === undefined);
	}

	#follows(run: number): boolean {
		return [...this.#receivers.values()].some(({ onlyRuns }) => onlyRuns?.(run) ?? true);
	}
}

function takeAll(from: Set<number>): readonly number[] {
	const all = [...from];
	from.clear();
	return all;
}

function inParts<T>(all: readonly T[]): readonly (readonly T[])[] {
	return Array.from({ length: Math.ceil(all.length / perRead) }, (_, part) =>
		all.slice(part * perRead, (part + 1) * perRead),
	);
}
