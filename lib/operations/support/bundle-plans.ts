import { listCauses } from "#lib/catalog/causes/causes.ts";
import { listChanges } from "#lib/catalog/changes/changes.ts";
import { changesQuery } from "#lib/catalog/changes/changes-query.ts";
import { listContainers } from "#lib/catalog/containers/containers.ts";
import { type Database, openDatabase } from "#lib/catalog/database/database.ts";
import { listDatasets } from "#lib/catalog/datasets/datasets.ts";
import { searchDatasets } from "#lib/catalog/lives/dataset-search.ts";
import { listProblems, listRuns } from "#lib/catalog/runs/runs.ts";
import { messageOf } from "#lib/errors.ts";

/** How long the database takes for what the pages ask most, and how it goes about it. */

interface Sent {
	readonly text: string;
	readonly parameters: readonly unknown[];
}

/** What a page waits for. */
interface Reading {
	readonly name: string;
	readonly read: (database: Database) => Promise<unknown>;
}

/** A statement that takes longer is given up, and said to. */
const longest = "20s";

/** Each reading with its time, and the plans of its statements as they were carried out; nothing is changed. */
export async function* plansOfReadings(url: string): AsyncGenerator<string> {
	const sent: Sent[] = [];
	await using database = await openDatabase({
		url,
		applicationName: "eosync support-bundle",
		max: 1,
		onStatement: (text, parameters) => sent.push({ text, parameters: [...parameters] }),
	});
	await database.sql`set default_transaction_read_only = on`;
	await database.sql.unsafe(`set statement_timeout = '${longest}'`);
	for (const { name, read } of await readingsOf(database)) {
		sent.length = 0;
		const began = performance.now();
		const problem = await read(database).then(() => null, messageOf);
		yield `== ${name}: ${(performance.now() - began).toFixed(1)} ms${problem === null ? "" : `, ${problem}`}`;
		const statements = new Map(sent.map((one) => [one.text, one]));
		for (const statement of statements.values()) yield* planOf(database, statement);
	}
}

async function readingsOf({ sql }: Database): Promise<readonly Reading[]> {
	const [largest] = await sql<{ id: string }[]>`
		select c.eo_id as id from containers c where c.deleted_at is null
		order by (select count(*) from container_datasets cd where cd.container_id = c.id) desc limit 1`;
	const [run] = await sql<{ id: number }[]>`select id from runs order by id desc limit 1`;
	return [
		{ name: "containers", read: listContainers },
		{ name: "runs", read: (database) => listRuns(database, {}) },
		{ name: "problems by cause", read: listCauses },
		...(largest === undefined
			? []
			: [
					{
						name: `datasets of ${largest.id}`,
						read: (database: Database) => listDatasets(database, largest.id, { search: "" }),
					},
					{
						name: `search for ${largest.id}`,
						read: (database: Database) => searchDatasets(database, { search: largest.id }),
					},
				]),
		...(run === undefined
			? []
			: [
					{
						name: `changes of run ${run.id}`,
						read: (database: Database) => listChanges(database, run.id, changesQuery.parse({})),
					},
					{ name: `problems of run ${run.id}`, read: (database: Database) => listProblems(database, run.id, {}) },
				]),
	];
}

async function* planOf({ sql }: Database, { text, parameters }: Sent): AsyncGenerator<string> {
	if (!/^\s*(select|with)\b/i.test(text) || /\bpg_catalog\.pg_type\b/.test(text)) return;
	yield `-- ${text.replace(/\s+/g, " ").trim()}`;
	try {
		const rows = await sql.unsafe<{ "QUERY PLAN": string }[]>(
			`explain (analyze, buffers) ${text}`,
			parameters as (string | number)[],
		);
		for (const row of rows) yield row["QUERY PLAN"];
	} catch (error) {
		yield `There is no plan of it: ${messageOf(error)}`;
	}
}

interface Costly {
	readonly query: string;
	readonly calls: number;
	readonly total: number;
	readonly mean: number;
	readonly rows: number;
}

/** What cost the database most so far, where it counts that (pg_stat_statements), without values; with the plans of PostgreSQL 16 and later. */
export async function* costliestStatements({ sql }: Database): AsyncGenerator<string> {
	const [extension] = await sql<{ schema: string; server: number }[]>`
		select n.nspname as schema, current_setting('server_version_num')::int as server
		from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'pg_stat_statements'`;
	if (extension === undefined) {
		yield "The extension pg_stat_statements is not in this database: what costs most is not known.";
		return;
	}
	// Statements that define roles or servers may hold passwords: only what reads and writes is told.
	const costly = await sql<Costly[]>`
		select query, calls, total_exec_time as total, mean_exec_time as mean, rows from ${sql(extension.schema)}.pg_stat_statements
		where dbid = (select oid from pg_database where datname = current_database())
			and query ~* '^\s*(select|insert|update|delete|with)\M' order by total_exec_time desc limit 25`;
	for (const { query, calls, total, mean, rows } of costly) {
		yield `== ${calls} calls, ${total.toFixed(0)} ms, each ${mean.toFixed(2)} ms, ${rows} rows`;
		yield query;
		if (extension.server < 160_000) continue;
		try {
			const plan = await sql.unsafe<{ "QUERY PLAN": string }[]>(`explain (generic_plan) ${query}`).simple();
			for (const row of plan) yield row["QUERY PLAN"];
		} catch (error) {
			yield `There is no plan of it: ${messageOf(error)}`;
		}
	}
}
