import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
	chmodSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	realpathSync,
	statSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { readVariable } from "#lib/env.ts";
import { EosyncError } from "#lib/errors.ts";
import { hasName } from "./named-user.ts";

/** PostgreSQL refuses to run as root: then it runs as this user. */
export interface ServerUser {
	readonly uid: number;
	readonly gid: number;
}

/** Where the embedded server's files are and whose they are. */
export interface Place {
	/** The data folder, PGDATA; does not exist before the first start. */
	readonly data: string;
	/** `postgres` in the home; a symbolic link to `data` where the home itself is out of the server's reach. */
	readonly entry: string;
	/** The server's log. */
	readonly log: string;
	/** null: the user of this process. */
	readonly user: ServerUser | null;
	/** A folder the server's user reaches, for what cannot stay where npm put it. */
	readonly spare: string;
}

/** Where root keeps what the server's user cannot reach in a home or checkout below a private folder such as `/root`. */
const sharedFolder = "/var/lib/eosync";

/**
 * `home/postgres`, or where it links to. As root with a home that the server's user cannot enter:
 * `/var/lib/eosync/<hash of the home>/postgres`, with a link in the home so that it is found again if the home moves.
 */
export function choosePlace(home: string): Place {
	// The server's user may have to pass through it.
	mkdirSync(home, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
	const place = placeIn(home);
	const isPassed = place.user !== null && dirname(place.data) === realpathSync(home);
	closeHome(home, isPassed);
	return place;
}

/**
 * Closes a home that was open to other users: it holds the secret, logs and the demo. One that also holds other things, or is
 * another user's, stays as it is: `doctor` reports it.
 */
function closeHome(home: string, isPassed: boolean): void {
	const { mode, uid } = statSync(home);
	const isShared = (mode & 0o1000) !== 0 || [...homeFolder(), tmpdir(), "/"].includes(realpathSync(home));
	const isOurs = uid === process.getuid?.() && readdirSync(home).every((name) => ownNames.test(name));
	const wanted = (mode & 0o700) | (isPassed ? 0o011 : 0);
	if (!isShared && isOurs && (mode & 0o777) !== wanted) chmodSync(home, wanted);
}

/** The home folder of this process's user; one without a name may have none. */
function homeFolder(): readonly string[] {
	return readVariable("HOME") === undefined && !hasName() ? [] : [homedir()];
}

/** What eosync keeps in a home. */
const ownNames =
	/^(?:secret|postgres|logs|demo|eosync|backup|dashboard|pages|compiled|quicklooks|database-moved|moving-)/;

function placeIn(home: string): Place {
	const folder = realpathSync(home);
	const entry = join(folder, "postgres");
	const place = { entry, log: join(folder, "postgres.log") };
	const existing = findExisting(entry);
	if (process.getuid?.() !== 0) {
		requireOwn(existing);
		return { ...place, data: existing ?? entry, user: null, spare: folder };
	}
	const owner = existing === null ? null : statSync(existing);
	const user = owner !== null && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : unprivilegedUser();
	if (existing !== null) {
		requireReach(user, dirname(existing));
		return { ...place, data: existing, user, spare: sharedFolder };
	}
	if (reaches(user, folder)) {
		return { ...place, data: entry, user, spare: sharedFolder };
	}
	const name = createHash("sha256").update(folder).digest("hex").slice(0, 16);
	const parent = join(sharedFolder, name);
	mkdirSync(parent, { recursive: true, mode: 0o755 });
	return { ...place, data: join(realpathSync(parent), "postgres"), user, spare: sharedFolder };
}

/** Whether the user can get at the file or folder, with all that is above it. */
export function reaches(user: ServerUser | null, path: string): boolean {
	return user === null || spawnSync("/bin/sh", ["-c", 'test -x "$0"', path], { ...user, cwd: "/" }).status === 0;
}

function findExisting(entry: string): string | null {
	const found = lstatSync(entry, { throwIfNoEntry: false });
	if (found === undefined) {
		return null;
	}
	try {
		return realpathSync(entry);
	} catch (error) {
		const target = resolve(dirname(entry), readlinkSync(entry));
		throw new EosyncError(
			"database-missing",
			`The embedded database's data folder ${target}, to which ${entry} links, is gone. Put it back, or remove the link to begin with an empty catalogue.`,
			{ cause: error },
		);
	}
}

function requireOwn(data: string | null): void {
	const owner = data === null ? null : statSync(data).uid;
	if (owner !== null && owner !== process.getuid?.()) {
		throw new EosyncError(
			"database-of-another-user",
			`The embedded database in ${data} belongs to another user (ID ${owner}): run eosync as that user or as root, or set EOSYNC_HOME to a folder of your own.`,
		);
	}
}

function requireReach(user: ServerUser, folder: string): void {
	if (!reaches(user, folder)) {
		throw new EosyncError(
			"database-out-of-reach",
			`The embedded database in ${folder} belongs to the user with ID ${user.uid}, who cannot enter that folder. Allow it (chmod o+x on it and the folders above), or move the database.`,
		);
	}
}

/** `postgres` if there is one, else `nobody`. */
function unprivilegedUser(): ServerUser {
	const users = readFileSync("/etc/passwd", "utf8")
		.split("\n")
		.map((line) => line.split(":"));
	for (const name of ["postgres", "nobody"]) {
		const uid = Number(users.find((user) => user[0] === name)?.[2] ?? 0);
		const gid = Number(users.find((user) => user[0] === name)?.[3] ?? 0);
		if (uid > 0 && gid > 0) {
			return { uid, gid };
		}
	}
	throw new EosyncError(
		"no-database-user",
		"PostgreSQL does not run as root and this machine has neither a user postgres nor nobody: run eosync as another user, or set DATABASE_URL.",
	);
}
