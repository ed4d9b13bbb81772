import type { Database, Transaction } from "#lib/catalog/database/database.ts";
import { countHelp, type Helping, leave, type SharedPhase, showPresence } from "#lib/catalog/runs/run-helpers.ts";
import { leaseSeconds } from "#lib/catalog/runs/run-lifecycle.ts";
import { fenceParts, renewParts } from "#lib/catalog/runs/run-parts.ts";
import { LeaseLostError } from "#lib/errors.ts";
import type { WorkClaim } from "#lib/sync/work-claim.ts";

/** A helper looks after its run so often, milliseconds: whether it is cancelled, or in another phase. */
const interval = 500;

/**
 * One process's part in a run that another one leads, during one phase: shows that it is there, renews its hold on the
 * parts it has claimed. Its `signal` aborts when the run needs no more help in that phase.
 */
export class Helper implements WorkClaim, Helping, AsyncDisposable {
	readonly signal: AbortSignal;
	readonly run: number;
	readonly owner: string;
	readonly phase: SharedPhase;
	readonly #database: Database;
	readonly #abort = new AbortController();
	readonly #timer: NodeJS.Timeout;
	#parts: readonly number[] = [];
	#renewed = performance.now();
	#pending: Promise<void> | null = null;
	#done = 0;
	#files = 0;

	constructor(database: Database, { run, owner, phase }: Helping, outer: AbortSignal) {
		this.#database = database;
		[this.run, this.owner, this.phase] = [run, owner, phase];
		this.signal = AbortSignal.any([this.#abort.signal, outer]);
		this.#timer = setInterval(() => this.#tick(), interval);
		this.#tick();
	}

	/** Of those parts whatever is staged from now on is. */
	has(parts: readonly number[]): void {
		this.#parts = parts;
	}

	async fence(sql: Transaction): Promise<void> {
		await fenceParts(sql, { run: this.run, owner: this.owner, parts: this.#parts });
	}

	/** Counted with the next part that ends. */
	advance({ done = 0, files = 0 }: { readonly done?: number; readonly files?: number }): void {
		this.#done += done;
		this.#files += files;
	}

	/** Those parts are done, and what was done with them counts; in the transaction that writes the last of it. */
	async end(sql: Transaction, parts: readonly number[]): Promise<void> {
		await sql`delete from run_parts where id = any(${parts as number[]})`;
		const counts = { done: this.#done, files: this.#files };
		[this.#done, this.#files] = [0, 0];
		await countHelp(sql, this, counts);
	}

	#tick(): void {
		if (this.#pending || this.signal.aborted) return;
		this.#pending = this.#show()
			// An outage is not the end: whether the parts are still its own is told when something is written.
			.catch(() => {})
			.finally(() => {
				this.#pending = null;
			});
	}

	async #show(): Promise<void> {
		if ((await showPresence(this.#database, this)) !== this.phase) this.#abort.abort(new LeaseLostError(this.run));
		if (performance.now() - this.#renewed < (leaseSeconds * 1000) / 3) return;
		this.#renewed = performance.now();
		await renewParts(this.#database, this.run, this.owner);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		clearInterval(this.#timer);
		await this.#pending;
		// If it fails, others get the parts when they are not renewed any more.
		await leave(this.#database, this).catch(() => {});
	}
}
