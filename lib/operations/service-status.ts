import type { Database } from "#lib/catalog/database/database.ts";
import { isOutage } from "#lib/catalog/database/outage.ts";
import type { ServiceStatus } from "#lib/catalog/live-events.ts";
import { cacheFor } from "./cache-for.ts";
import { workerTimeoutSeconds } from "./open-work.ts";

/** A database that has not answered within this time counts as missing, milliseconds. */
const answerTimeoutMs = 3000;

interface StatusOptions {
	/** Milliseconds since 1970. */
	readonly now?: () => number;
	/** An answer is reused for this long, milliseconds. */
	readonly cachedFor?: number;
}

/**
 * Whether the database answers, and whether a worker was heard of within the last 20 s; before this process is 20 s old,
 * and while the database does not answer, a worker is taken to be there.
 */
export function watchServices(
	open: () => Promise<Database>,
	{ now = Date.now, cachedFor = 1000 }: StatusOptions = {},
): () => Promise<ServiceStatus> {
	let heardAt = now();
	return cacheFor(cachedFor, async () => {
		const age = await Promise.race([workerAge(open), after(answerTimeoutMs)]).catch((error: unknown) => {
			if (isOutage(error)) return "no answer" as const;
			throw error;
		});
		if (age === "no answer") return { database: false, worker: true };
		if (age !== null) heardAt = Math.max(heardAt, now() - age * 1000);
		return { database: true, worker: now() - heardAt <= workerTimeoutSeconds * 1000 };
	});
}

/** Seconds since the last heartbeat of a worker; null: there is none. */
async function workerAge(open: () => Promise<Database>): Promise<number | null> {
	const { sql } = await open();
	const [row] = await sql<[{ age: number | null }]>`
		select extract(epoch from now() - max(seen_at))::float8 as age from workers`;
	return row.age;
}

function after(milliseconds: number): Promise<"no answer"> {
	return new Promise((resolve) => setTimeout(resolve, milliseconds, "no answer").unref());
}
