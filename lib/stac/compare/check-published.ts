import { setTimeout as sleep } from "node:timers/promises";
import type { Database, Sql } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import { messageOf } from "#lib/errors.ts";
import type { StacUrls } from "#lib/stac/links.ts";
import { type ClaimedCheck, endCheck, renewCheck } from "./check-requests.ts";
import {
	type CompareOptions,
	type ComparisonResult,
	compareCollection,
	type ItemDifference,
} from "./compare-collection.ts";
import { ownCollection } from "./own-collection.ts";

export interface CheckPublishedOptions extends Pick<CompareOptions, "network" | "token" | "signal"> {
	readonly urls: StacUrls;
	/** Called with each portion of differences as it is found. */
	readonly onDifferences?: CompareOptions["onDifferences"];
}

/** Differences that are kept; more are only counted. */
const mostKept = 100_000;
/** Milliseconds between two times at which it is written down how far it is, and asked whether it may go on. */
const renewMs = 2000;

/** It was cancelled, or another process has it. */
class Lost extends Error {}

/**
 * Compares what a container publishes with a STAC API and keeps the result in place of the last one. null: it was cancelled, or taken
 * over. When the signal aborts it is given back, and rejects with the signal's reason.
 */
export async function checkPublished(
	database: Database,
	claimed: ClaimedCheck,
	{ urls, signal, network, token, onDifferences = async () => {} }: CheckPublishedOptions,
): Promise<ComparisonResult | null> {
	const { sql } = database;
	const { url, collection, reference } = claimed;
	const over = new AbortController();
	let lease = claimed.lease;
	let done = 0;
	let kept = 0;
	const holding = (async () => {
		while (!over.signal.aborted) {
			await sleep(renewMs, undefined, { signal: over.signal }).catch(() => {});
			if (over.signal.aborted) return;
			const renewed = await renewCheck(database, { ...claimed, lease }, done);
			if (renewed === null) over.abort(new Lost("cancelled"));
			else lease = renewed;
		}
	})().catch((error: unknown) => over.abort(error));
	const end = async (how: Parameters<typeof endCheck>[2]) => {
		over.abort();
		await holding;
		await endCheck(database, { ...claimed, lease }, how);
	};
	try {
		const result = await compareCollection(await ownCollection(sql, claimed.container, urls), {
			url,
			collection,
			reference,
			network: isOwn(url, urls) ? undefined : network,
			token,
			signal: AbortSignal.any([signal, over.signal]),
			onDifferences: async (found) => {
				const some = found.slice(0, mostKept - kept);
				kept += some.length;
				await keep(sql, claimed.id, some);
				await onDifferences(found);
			},
			onProgress: async ({ ours, foreign }) => {
				done = ours + foreign;
			},
		});
		await end({ state: "done", result });
		return result;
	} catch (error) {
		if (over.signal.reason instanceof Lost) return null;
		await end(signal.aborted ? { state: "waiting" } : { state: "failed", reason: messageOf(error) });
		throw error;
	}
}

/** Our own API may be at an address at which nothing else is asked for. */
function isOwn(url: string, { root }: StacUrls): boolean {
	const { origin, pathname } = new URL(url);
	return `${origin}${pathname}` === root || `${origin}${pathname}`.startsWith(`${root}/`);
}

async function keep(sql: Sql, check: number, found: readonly ItemDifference[]): Promise<void> {
	if (found.length === 0) return;
	await sql`
		insert into published_differences (check_id, kind, item, fields)
		select ${check}, kind, item, fields from jsonb_to_recordset(${json(sql, storable(found) as object)}::jsonb) as d(kind text, item text, fields jsonb)`;
}

/** Others' texts may hold what PostgreSQL cannot, and be of any length. */
function storable(value: unknown): unknown {
	if (typeof value === "string") return storableText(value);
	if (Array.isArray(value)) return value.map(storable);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([name, one]) => [storableText(name), storable(one)]));
}

function storableText(text: string): string {
	const short = text.length > 1000 ? `${text.slice(0, 1000)}…` : text;
	return short.toWellFormed().replaceAll("\u0000", "\ufffd");
}
