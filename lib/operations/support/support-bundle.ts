import { rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import type { Database } from "#lib/catalog/database/database.ts";
import { listProblems, listRuns } from "#lib/catalog/runs/runs.ts";
import type { Env } from "#lib/env.ts";
import { messageOf, reasonOf, UsageError } from "#lib/errors.ts";
import { writeTar } from "#lib/metadata/products/write-tar.ts";
import { examineAll } from "#lib/operations/doctor/doctor.ts";
import { inspectCatalogue } from "#lib/operations/inspect-catalogue.ts";
import { costliestStatements, plansOfReadings } from "./bundle-plans.ts";
import { secretsOfCatalogue, secretsOfEnvironment } from "./bundle-secrets.ts";
import { aboutDatabase, aboutEnvironment, aboutProcess, aboutWork, endsOfLogs } from "./bundle-sections.ts";
import { striker } from "./strike-out.ts";

/** One file with what somebody who helps wants to know, and no secret. */

export interface BundleOptions {
	/** Storages, containers and targets as a configuration file has them. */
	readonly configuration: (database: Database) => Promise<string>;
	readonly signal: AbortSignal;
	/** Hears what is being looked at. */
	readonly say?: ((what: string) => void) | undefined;
}

export interface Bundle {
	readonly bytes: number;
	/** Its files, in order. */
	readonly files: readonly string[];
	/** What could not be read, a sentence each. */
	readonly missing: readonly string[];
}

interface Section {
	readonly name: string;
	readonly lines: () => AsyncIterable<string>;
}

/**
 * Writes the file, which only its owner may read, and changes nothing else. What cannot be read is left out, and said to be; so it
 * also helps where the database is gone. @throws UsageError when the file is there already, or cannot be written.
 */
export async function writeSupportBundle(env: Env, file: string, options: BundleOptions): Promise<Bundle> {
	const { signal, say = () => {} } = options;
	await writeFile(file, "", { flag: "wx", mode: 0o600 }).catch((cause: unknown) => {
		throw new UsageError(`${file} cannot be written: ${reasonOf(cause)}.`, { cause });
	});
	try {
		const { files, missing } = await collect(env, { ...options, say });
		signal.throwIfAborted();
		const modified = Math.floor(Date.now() / 1000);
		const members = [...files].map(([name, text]) => ({
			path: `eosync-support/${name}`,
			content: Buffer.from(text),
			modified,
		}));
		const bytes = gzipSync(writeTar(members));
		await writeFile(file, bytes);
		return { bytes: bytes.length, files: [...files.keys()], missing };
	} catch (error) {
		rmSync(file, { force: true });
		throw error;
	}
}

async function collect(env: Env, { configuration, signal, say = () => {} }: BundleOptions) {
	const missing: string[] = [];
	const texts = new Map<string, string>();
	const read = async ({ name, lines }: Section) => {
		signal.throwIfAborted();
		say(name);
		const read: string[] = [];
		try {
			for await (const line of lines()) read.push(line);
		} catch (error) {
			if (signal.aborted) throw error;
			missing.push(`${name}: ${messageOf(error)}`);
			read.push(`This could not be read, or not all of it: ${messageOf(error)}`);
		}
		texts.set(name, `${read.join("\n")}\n`);
	};
	const secrets = [...(await secretsOfEnvironment(env))];
	for (const section of sectionsWithoutDatabase(env, signal)) await read(section);
	try {
		await using database = await inspectCatalogue(env);
		// First of all: what follows must not be written without them.
		const found = await secretsOfCatalogue(database, env);
		secrets.push(...found.values);
		missing.push(
			...found.unopenable.map((what) => `The credentials of ${what} cannot be opened, so nobody could look for them.`),
		);
		for (const section of sectionsOfCatalogue(database, configuration)) await read(section);
	} catch (error) {
		if (signal.aborted) throw error;
		missing.push(`database: ${messageOf(error)}`);
	}
	const strike = striker(secrets);
	const files = new Map([...texts].map(([name, text]) => [name, strike(text)]));
	const told = missing.map(strike);
	return { files: new Map([["README.txt", [about, ...told, ""].join("\n")], ...files]), missing: told };
}

const about = `What eosync support-bundle found. Passwords, keys, tokens and mail addresses are struck out (•••). Names of containers, storages and users,
paths, hosts and messages of servers are in it: look through it before you hand it on.
`;

function sectionsWithoutDatabase(env: Env, signal: AbortSignal): readonly Section[] {
	return [
		{ name: "versions.json", lines: () => asJson(aboutProcess()) },
		{ name: "environment.json", lines: () => asJson(aboutEnvironment(env)) },
		{ name: "doctor.jsonl", lines: () => findings(env, signal) },
		...endsOfLogs(env.home).map(({ name, read }) => ({ name: `logs/${name}`, lines: () => asText(read) })),
	];
}

function sectionsOfCatalogue(database: Database, configuration: BundleOptions["configuration"]): readonly Section[] {
	return [
		{ name: "configuration.yaml", lines: () => asText(() => configuration(database)) },
		{ name: "database.json", lines: () => asJson(aboutDatabase(database)) },
		{ name: "work.json", lines: () => asJson(aboutWork(database)) },
		{ name: "runs.jsonl", lines: () => lastRuns(database) },
		{ name: "plans.txt", lines: () => plansOfReadings(database.url) },
		{ name: "statements.txt", lines: () => costliestStatements(database) },
	];
}

async function* asJson(value: unknown): AsyncGenerator<string> {
	yield JSON.stringify(await value, null, "\t");
}

async function* asText(read: () => string | Promise<string>): AsyncGenerator<string> {
	yield await read();
}

async function* findings(env: Env, signal: AbortSignal): AsyncGenerator<string> {
	for await (const finding of examineAll(env, { sample: 20, signal })) yield JSON.stringify(finding);
}

/** The newest, and what the newest of them could not examine. */
async function* lastRuns(database: Database): AsyncGenerator<string> {
	const { rows } = await listRuns(database, { limit: 200 });
	for (const run of rows) yield JSON.stringify(run);
	for (const { run } of rows.filter(({ problems }) => problems > 0).slice(0, 10)) {
		const problems = await listProblems(database, run, { limit: 20 });
		for (const problem of problems.rows) yield JSON.stringify({ run, problem });
	}
}
