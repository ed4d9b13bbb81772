import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EosyncError, hasCode } from "#lib/errors.ts";

/** Lies in EOSYNC_HOME after the catalogue left the embedded database, so that nobody goes on in the old one. */
const marker = (home: string) => join(home, "database-moved");

/** @param url of the database that holds the catalogue since */
export function noteMovedAway(home: string, url: string): void {
	writeFileSync(marker(home), `${placeOf(url)}, ${new Date().toISOString()}\n`, { mode: 0o600 });
}

/** @throws EosyncError `database-moved` */
export function requireStillHere(home: string): void {
	let where: string;
	try {
		where = readFileSync(marker(home), "utf8").trim();
	} catch (error) {
		if (hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR")) return;
		throw error;
	}
	throw new EosyncError(
		"database-moved",
		`The catalogue was moved to ${where}: set DATABASE_URL to that database. To go back to the embedded one as it was then, remove ${marker(home)}.`,
	);
}

/** Host and database, without who and password. */
export function placeOf(url: string): string {
	const { host, pathname, searchParams } = new URL(url);
	return `${searchParams.get("host") ?? host}${pathname}`;
}
