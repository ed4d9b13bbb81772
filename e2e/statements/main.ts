import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectCatalog } from "#lib/catalog/database/connect.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { findServer } from "#lib/catalog/embedded/process.ts";
import { messageOf } from "#lib/errors.ts";
import { openQueue } from "#lib/jobs/queue.ts";
import { signalProcess } from "#lib/process-signal.ts";
import { createEoxDatabase, postgisPrograms } from "#lib/targets/testing/postgis.ts";
import { compareRows } from "./compare.ts";
import { type DeclaredStatement, declaredStatements } from "./declared.ts";
import { StatementDescriber } from "./described.ts";
import type { RecordedStatement } from "./recorded-driver.ts";

/**
 * A step of the gate, after the tests: compares the row type of every statement with what PostgreSQL says of the statement
 * as the tests sent it. `node e2e/statements/main.ts FOLDER`, with what `recorded-driver.ts` wrote there; `--some` where
 * only some tests have run.
 */

/** Of the statements that have a row type, so many at least must have been run by tests: else something was not recorded. */
const leastShare = 0.9;

/** Where statements are of which some are for an EOxServer's database: those are compared where a PostGIS is installed. */
const withEox = "lib/targets/";

/** Tables of EOxServer, functions of PostGIS, and what a server tells of itself. */
const ofEox =
	/\b(coverages|backends|services|webclient)_[a-z]+|django_migrations|\bst_[a-z]+\(|\bpg_(constraint|class|get_serial_sequence)/;

type Sent = Pick<RecordedStatement, "text" | "types" | "nulls">;

async function main(): Promise<void> {
	const root = join(import.meta.dirname, "../..");
	const [folder] = process.argv.slice(2).filter((option) => option !== "--some");
	if (folder === undefined) throw new Error("Say in which folder the statements of the tests are.");
	const sentByPieces = readRecorded(folder);
	const declared = declaredStatements(root);
	const sentOf = ({ strings }: DeclaredStatement) => sentByPieces.get(JSON.stringify(strings)) ?? [];
	const typed = declared.filter(({ rows }) => typeof rows !== "string");
	const notRun = typed.filter((statement) => sentOf(statement).length === 0);
	const faults = await findFaults(declared, sentOf);
	for (const { place } of notRun) console.log(`${place}: no test runs this statement`);
	for (const fault of faults) console.error(fault);
	const compared = typed.length - notRun.length;
	console.log(
		`${compared} of ${typed.length} row types were compared with the database; ${faults.length === 0 ? "all agree" : `faults: ${faults.length}`}.`,
	);
	const tooFew = compared < typed.length * leastShare && !process.argv.includes("--some");
	if (tooFew)
		console.error(`The tests must run at least ${leastShare * 100} % of the statements that have a row type.`);
	process.exitCode = faults.length > 0 || tooFew ? 1 : 0;
}

async function findFaults(
	declared: readonly DeclaredStatement[],
	sentOf: (statement: DeclaredStatement) => readonly Sent[],
): Promise<readonly string[]> {
	const home = mkdtempSync(join(tmpdir(), "eosync-statements-"));
	chmodSync(home, 0o755); // As root the server runs as another user, who could not enter it.
	try {
		await using database = await connectCatalog({ databaseUrl: null, home }, { applicationName: "eosync statements" });
		await makeQueueTables(database);
		const describer = new StatementDescriber(database);
		await using eox = postgisPrograms === null ? null : await createEoxDatabase(join(home, "postgis"));
		const eoxDescriber = eox === null ? null : new StatementDescriber(eox);
		const faults: string[] = [];
		for (const statement of declared) {
			const own = new Set<string>();
			for (const sent of sentOf(statement)) {
				const isOfEox = statement.place.startsWith(withEox) && ofEox.test(sent.text);
				const describedBy = isOfEox ? eoxDescriber : describer;
				if (describedBy === null) continue;
				for (const fault of await faultsOf(describedBy, statement, sent)) own.add(fault);
			}
			faults.push(...[...own].map((fault) => `${statement.place}: ${fault}`));
		}
		return faults;
	} finally {
		const server = findServer(join(home, "postgis", "data"));
		if (server !== null) signalProcess(server.pid, "SIGQUIT");
		rmSync(home, { recursive: true, force: true });
	}
}

/** They are not of the migrations: the queue makes them when it is opened. */
async function makeQueueTables(database: Database): Promise<void> {
	const failures: Error[] = [];
	{
		await using _queue = await openQueue(database, { role: "producer", onError: (error) => failures.push(error) });
	}
	if (failures[0] !== undefined) throw failures[0];
}

async function faultsOf(
	describer: StatementDescriber,
	{ rows }: DeclaredStatement,
	sent: Sent,
): Promise<readonly string[]> {
	try {
		const described = await describer.describe(sent);
		return described === null ? [] : compareRows(rows, described);
	} catch (error) {
		return [`PostgreSQL refuses it: ${messageOf(error)}`];
	}
}

/** By the template's pieces: each text it was sent as, and all columns that were ever null in it. */
function readRecorded(folder: string): ReadonlyMap<string, readonly Sent[]> {
	const byPieces = new Map<string, Map<string, { text: string; types: readonly number[]; nulls: string[] }>>();
	for (const name of readdirSync(folder)) {
		for (const line of readFileSync(join(folder, name), "utf8").split("\n")) {
			if (line === "") continue;
			const { strings, text, types, nulls }: RecordedStatement = JSON.parse(line);
			const key = JSON.stringify(strings);
			const byText = byPieces.get(key) ?? new Map();
			byPieces.set(key, byText);
			const known = byText.get(text) ?? { text, types, nulls: [] };
			byText.set(text, known);
			known.nulls.push(...nulls);
		}
	}
	return new Map([...byPieces].map(([key, byText]) => [key, [...byText.values()]]));
}

await main();
