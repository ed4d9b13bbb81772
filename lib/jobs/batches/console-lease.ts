import { randomUUID } from "node:crypto";
import type { Database } from "#lib/catalog/database/database.ts";
import { leaseOwnerPrefix } from "#lib/sync/run-lease.ts";
import { closeBatches } from "./close-batches.ts";
import { consoleSeconds } from "./create-batch.ts";

/** The name by which a console carries out a batch. */
export function consoleName(): string {
	return `${leaseOwnerPrefix()}${randomUUID()}`;
}

interface ConsoleLeaseOptions {
	readonly batch: number;
	readonly console: string;
}

/**
 * Says that a console carries out the batch in its own process. Without it, workers go on with what waits: at once when it is
 * disposed of, and soon when the process dies.
 */
export class ConsoleLease implements AsyncDisposable {
	readonly #database: Database;
	readonly #options: ConsoleLeaseOptions;
	readonly #timer: NodeJS.Timeout;

	constructor(database: Database, options: ConsoleLeaseOptions) {
		this.#database = database;
		this.#options = options;
		this.#timer = setInterval(() => void this.#renew(), (consoleSeconds * 1000) / 3);
		this.#timer.unref();
	}

	/** While the database fails the lease ends by itself. */
	async #renew(): Promise<void> {
		const { batch, console } = this.#options;
		await this.#database.sql`
			update batches set console_until = now() + make_interval(secs => ${consoleSeconds}) where id = ${batch} and console = ${console}`.catch(
			() => {},
		);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		clearInterval(this.#timer);
		const { batch, console } = this.#options;
		await closeBatches(this.#database);
		await this.#database.sql`
			update batches set console = null, console_until = null where id = ${batch} and console = ${console} and finished_at is null`;
	}
}
