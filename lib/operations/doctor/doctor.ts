import type { Database } from "#lib/catalog/database/database.ts";
import { correctedDriver } from "#lib/catalog/database/driver.ts";
import { unopenableAdvice, unopenableCredentials } from "#lib/catalog/secrets/sealed-credentials.ts";
import { type StorageAccess, storageAccess } from "#lib/catalog/storages/storage-access.ts";
import type { Env } from "#lib/env.ts";
import { messageOf } from "#lib/errors.ts";
import { inspectCatalogue } from "#lib/operations/inspect-catalogue.ts";
import { compareWithArchive } from "./archive.ts";
import { examineBackups, examineDatabase, tablesAreCurrent } from "./database.ts";
import { type Finding, failure, ok, warning } from "./finding.ts";
import { examineOrphans, examineWorkers } from "./orphans.ts";
import { examinePatterns } from "./patterns.ts";
import { examinePlace } from "./place.ts";
import { examinePublications } from "./publications.ts";
import { examineStorages } from "./storages.ts";

export interface DoctorOptions {
	/** Datasets that are looked up in the archive; `all` of them. */
	readonly sample: number | "all";
	readonly signal: AbortSignal;
}

/**
 * Checks everything that eosync depends on and changes nothing. Findings come as they are found; a check that fails
 * is a finding as well. Also works without the database.
 */
export async function* examineAll(env: Env, { sample, signal }: DoctorOptions): AsyncGenerator<Finding> {
	yield* attempt("home", () => examinePlace(env));
	try {
		correctedDriver();
	} catch (error) {
		yield failure("driver", messageOf(error), "Fix this first: nothing else can be checked before.");
		return;
	}
	let database: Database;
	try {
		database = await inspectCatalogue(env);
	} catch (error) {
		yield failure("database", messageOf(error), "Fix this first: nothing else can be checked without the database.");
		return;
	}
	await using _ = database;
	yield* attempt("database", () => examineDatabase(database, env.databaseUrl === null));
	if (!(await tablesAreCurrent(database))) return;
	yield* attempt("backups", () => examineBackups(database));
	yield* attempt("workers", () => examineWorkers(database));
	yield* attempt("orphans", () => examineOrphans(database));
	yield* attempt("patterns", () => examinePatterns(database));
	yield* attempt("items", () => examinePublications(database, { full: sample === "all", url: env.url }));
	const access = storageAccess(env);
	yield* attempt("credentials", () => examineCredentials(database, access, env));
	yield* attempt("storages", () => examineStorages(database, access, { signal }));
	yield* attempt("archive", () => compareWithArchive(database, access, { sample, signal }));
}

/** Checks that the secret opens the stored credentials: a backup may have been restored without it. */
async function* examineCredentials(
	database: Database,
	access: StorageAccess,
	{ home }: Pick<Env, "home">,
): AsyncGenerator<Finding> {
	const unopenable = await unopenableCredentials(database, await access.keys());
	yield unopenable.length === 0
		? ok("credentials", "The secret opens all stored credentials.")
		: failure(
				"credentials",
				`The secret at hand does not open the credentials of ${unopenable.slice(0, 5).join(", ")}${unopenable.length > 5 ? " …" : ""}.`,
				unopenableAdvice(home),
			);
}

async function* attempt(check: string, examine: () => AsyncIterable<Finding>): AsyncGenerator<Finding> {
	try {
		yield* examine();
	} catch (error) {
		yield warning(
			check,
			`This could not be checked: ${messageOf(error)}`,
			"Fix what the message says, then run the doctor again.",
		);
	}
}
