import type { Database } from "#lib/catalog/database/database.ts";
import { type StorageAccess, storageAccess } from "#lib/catalog/storages/storage-access.ts";
import type { TargetInput } from "#lib/catalog/targets/target-inputs.ts";
import { openUrl, requireSameServer, type StoredTarget, splitUrl } from "#lib/catalog/targets/target-secrets.ts";
import type { TargetTest } from "#lib/catalog/targets/target-views.ts";
import { requireTarget } from "#lib/catalog/targets/targets.ts";
import { readEnv } from "#lib/env.ts";
import { EosyncError, UnknownNameError } from "#lib/errors.ts";
import { formatPlural } from "#lib/numbers.ts";
import { connectTarget } from "#lib/targets/eoxserver/connect.ts";
import { requireSchema } from "#lib/targets/eoxserver/schema-gate.ts";
import { storageNotes } from "./storage-notes.ts";

/** *Test* of a target: whether it can be reached, is one that can be kept in step, and what a person should know of it. Nothing is written. */

interface TestOptions {
	readonly signal: AbortSignal;
	/** Default: as the environment says. */
	readonly access?: StorageAccess;
}

/** As it is configured. What goes wrong is the answer, not an exception. @throws UnknownNameError when there is none of that name. */
export async function testTarget(
	database: Pick<Database, "sql">,
	name: string,
	options: TestOptions,
): Promise<TargetTest> {
	const stored = await storedTarget(database, name);
	if (stored === null) throw new UnknownNameError("target", name);
	const { input } = await requireTarget(database, name);
	return answer(database, input, options, (access) => urlOf(stored, access));
}

/** As a form has it, with the password that stays. */
export async function testTargetDraft(
	database: Pick<Database, "sql">,
	input: TargetInput,
	options: TestOptions,
): Promise<TargetTest> {
	const { url, password } = splitUrl(input);
	const { name } = input;
	const stored = await storedTarget(database, name);
	const opened = async (access: StorageAccess) => {
		if (typeof password === "string") return withPassword(url, password);
		if (password === null || stored?.sealed == null) return url;
		requireSameServer({ name, url }, stored, true);
		return urlOf({ ...stored, url }, access);
	};
	return answer(database, input, options, opened);
}

async function storedTarget({ sql }: Pick<Database, "sql">, name: string): Promise<StoredTarget | null> {
	const [stored = null] = await sql<StoredTarget[]>`select name, url, sealed from targets where name = ${name}`;
	return stored;
}

async function urlOf(stored: StoredTarget, access: StorageAccess): Promise<string> {
	return openUrl(stored, stored.sealed === null ? [] : await access.keys());
}

function withPassword(address: string, password: string): string {
	const url = new URL(address);
	url.password = encodeURIComponent(password);
	return url.href;
}

async function answer(
	database: Pick<Database, "sql">,
	input: TargetInput,
	{ signal, access = storageAccess(readEnv()) }: TestOptions,
	urlWith: (access: StorageAccess) => Promise<string>,
): Promise<TargetTest> {
	const { name, visible } = input;
	const began = performance.now();
	try {
		const url = await urlWith(access);
		signal.throwIfAborted();
		await using target = await connectTarget({ name, url, network: access.policy.network });
		const facts = await requireSchema(target.sql, name);
		const there = await whatIsThere(target);
		const { postgresql, postgis, readOnly } = facts;
		const milliseconds = performance.now() - began;
		const { coverages, collections, largest, rangeTypes, storages } = there;
		return {
			ok: readOnly === null,
			message: `EOxServer 1.5 on PostgreSQL ${postgresql} with PostGIS ${postgis}: ${formatPlural(coverages, "coverage")}, ${formatPlural(collections, "collection")}.${readOnly === null ? "" : ` ${readOnly}`}`,
			notes: [
				...(await storageNotes(database, input)),
				...(visible.wms !== "none" && largest >= manyCoverages
					? [
							`Its WMS names every coverage of every series that is shown in its capabilities: with ${formatPlural(largest, "coverage")} in one of them that takes a minute or more, whatever is hidden.`,
						]
					: []),
				"Its OpenSearch answers JSON with an error on Python 3; Atom works.",
			],
			milliseconds,
			rangeTypes,
			storages,
		};
	} catch (error) {
		if (!(error instanceof EosyncError)) throw error;
		return { ok: false, message: error.message, notes: [], milliseconds: 0, rangeTypes: [], storages: [] };
	}
}

/** From so many on its WMS is slow. */
const manyCoverages = 1000;
/** Names that are offered to choose from. */
const most = 500;

async function whatIsThere({ sql }: Pick<Database, "sql">) {
	const [counts] = await sql<{ coverages: number; collections: number; largest: number }[]>`
		select (select count(*) from coverages_coverage) as coverages, (select count(*) from coverages_collection) as collections,
			coalesce((select max(n) from (select count(*) as n from coverages_coverage_collections group by collection_id) each), 0) as largest`;
	const types = await sql<{ name: string }[]>`select name from coverages_coveragetype order by name limit ${most}`;
	const places = await sql<{ url: string }[]>`select distinct url from backends_storage order by url limit ${most}`;
	return {
		coverages: counts?.coverages ?? 0,
		collections: counts?.collections ?? 0,
		largest: counts?.largest ?? 0,
		rangeTypes: types.map(({ name }) => name),
		storages: places.map(({ url }) => url),
	};
}
