import { hostname } from "node:os";
import type { Database, Transaction } from "#lib/catalog/database/database.ts";
import { type Closing, firstClosing } from "#lib/catalog/pauses/hours.ts";
import { heartbeat, leaseSeconds, moveRun, type Transition } from "#lib/catalog/runs/run-lifecycle.ts";
import { CancelledError, LeaseLostError, StoragePausedError } from "#lib/errors.ts";
import { ProgressReporter } from "./progress.ts";
import type { RunTrace } from "./run-trace.ts";
import type { WorkClaim } from "./work-claim.ts";

/** The beginning of the name of every lease owner in this process. */
export function leaseOwnerPrefix(): string {
	return `${hostname()}:${process.pid}:`;
}

interface LeaseOptions {
	readonly run: number;
	readonly owner: string;
	/** Aborts when the process is to end. */
	readonly signal: AbortSignal;
	readonly trace: RunTrace;
}

/**
 * One process's lease of a run, which it has claimed: renews it, and notices when it is lost or the run is cancelled. Its
 * `signal` aborts with what went wrong; every step of a run takes it. Timers go by a steady clock: that of the machine
 * may be put back by hours, and still the lease must be renewed.
 */
export class RunLease implements WorkClaim, AsyncDisposable {
	readonly run: number;
	readonly owner: string;
	readonly signal: AbortSignal;
	readonly progress: ProgressReporter;
	readonly #database: Database;
	readonly #abort = new AbortController();
	readonly #timer: NodeJS.Timeout;
	#renewing: Promise<void> | null = null;
	#closing: NodeJS.Timeout | undefined;

	constructor(database: Database, { run, owner, signal, trace }: LeaseOptions) {
		this.#database = database;
		this.run = run;
		this.owner = owner;
		this.signal = AbortSignal.any([this.#abort.signal, signal]);
		this.progress = new ProgressReporter(database, { run, owner, trace, onError: (error) => this.#failed(error) });
		this.#timer = setInterval(() => this.#renew(), (leaseSeconds * 1000) / 3);
		this.signal.addEventListener("abort", () => this.progress.stop(), { once: true });
	}

	async fence(sql: Transaction): Promise<void> {
		const [lease] = await sql`select from runs where id = ${this.run} and lease_owner = ${this.owner} for share`;
		if (!lease) throw new LeaseLostError(this.run);
	}

	advance(more: Parameters<WorkClaim["advance"]>[0]): void {
		this.progress.advance(more);
	}

	/**
	 * Moves the run; inside the transaction of `sql` when one is given. Then the report under way is not waited for: it
	 * may itself be waiting for the run's row, which the transaction holds.
	 * @throws LeaseLostError, CancelledError
	 */
	async move(to: Transition, sql?: Transaction): Promise<void> {
		if (!sql) await this.progress.settled();
		this.signal.throwIfAborted();
		const progress = this.progress.current;
		await moveRun(sql ? { sql } : this.#database, this.run, this.owner, { progress, ...to });
	}

	/** Hands the run back when its storages' hours end, if it is still listing or reading then; in place of what was said before. null: never. */
	endAt(closing: Closing | null): void {
		clearTimeout(this.#closing);
		if (closing === null || this.signal.aborted) return;
		const end = () => {
			const { phase } = this.progress.current;
			if (phase === "scanning" || phase === "reading") this.#failed(new StoragePausedError(this.run, closing.until));
		};
		this.#closing = setTimeout(end, Math.max(0, closing.at - Date.now())).unref();
	}

	#renew(): void {
		if (this.signal.aborted) return;
		this.#renewing ??= heartbeat(this.#database, this.run, this.owner)
			// They may have been edited meanwhile.
			.then((openings) => this.endAt(firstClosing(openings, Date.now())))
			.catch((error: unknown) => this.#failed(error))
			.finally(() => {
				this.#renewing = null;
			});
	}

	/** An outage of the database is not the end: the lease decides, at the latest when the next statement is fenced. */
	#failed(error: unknown): void {
		const ends =
			error instanceof LeaseLostError || error instanceof CancelledError || error instanceof StoragePausedError;
		if (!ends) return;
		this.#abort.abort(error);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		clearInterval(this.#timer);
		clearTimeout(this.#closing);
		this.progress.stop();
		await this.progress.settled();
		await this.#renewing;
	}
}
