import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import {
	chmodSync,
	chownSync,
	existsSync,
	mkdirSync,
	readdirSync,
	renameSync,
	rmSync,
	statSync,
	symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { EosyncError, messageOf } from "#lib/errors.ts";
import { namedUser } from "./named-user.ts";
import type { Place, ServerUser } from "./place.ts";

/**
 * Makes the data folder on the first start: beside its place, then renamed, so that it is there completely or not at
 * all and of two processes the first wins.
 */
export async function createCluster(place: Place, bin: string, signal?: AbortSignal): Promise<void> {
	if (existsSync(join(place.data, "PG_VERSION"))) {
		return;
	}
	const draft = `${place.data}.new-${process.pid}-${randomUUID()}`;
	rmSync(draft, { recursive: true, force: true });
	mkdirSync(draft, { mode: 0o700 });
	try {
		giveTo(place.user, draft);
		const collation = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"];
		const access = ["--username=postgres", "--auth=trust", "--no-instructions", "--no-sync"];
		const said = await initialise(join(bin, "initdb"), [...access, ...collation, "-D", draft], place.user);
		if (said?.includes("could not look up effective user ID")) throw namelessUser();
		// What it made in the meantime is taken away.
		signal?.throwIfAborted();
		if (said !== null) {
			throw new EosyncError(
				"database-not-created",
				`The embedded database could not be made in ${place.data}: ${said}`,
			);
		}
		renameOnce(draft, place.data);
	} finally {
		rmSync(draft, { recursive: true, force: true });
	}
	if (place.entry !== place.data && !existsSync(place.entry)) {
		symlinkSync(place.data, place.entry);
	}
	// Flushing the thousand files of an empty cluster takes seconds on a busy disk, and is not waited for.
	const flush = spawn(join(bin, "initdb"), ["--sync-only", "-D", place.data], {
		...processOptions(place.user),
		detached: true,
		stdio: "ignore",
	});
	flush.on("error", () => {});
	flush.unref();
}

function namelessUser(): EosyncError {
	const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
	return new EosyncError(
		"user-without-name",
		[
			`The embedded database cannot be made by a user without a name, and eosync runs as user ID ${uid}, which /etc/passwd does not have. One of these will do:`,
			"- install libnss_wrapper (Debian: libnss-wrapper; Red Hat: nss_wrapper): eosync finds it, and its image has it",
			`- give the user a name: a line eosync:x:${uid}:${gid}::/:/bin/sh in /etc/passwd, or in a file that is mounted there`,
			"- run eosync as a user that has a name",
			"- set DATABASE_URL to a PostgreSQL 14 or later",
		].join("\n"),
	);
}

/** In a process group of its own: Ctrl-C in a terminal reaches this process alone. @returns what went wrong; null: nothing */
async function initialise(initdb: string, options: readonly string[], user: ServerUser | null): Promise<string | null> {
	using names = namedUser();
	const { env, ...others } = processOptions(user);
	const child = spawn(initdb, options, {
		...others,
		env: { ...env, ...names.variables },
		detached: true,
		stdio: ["ignore", "pipe", "pipe"],
	});
	const printed = Promise.all([text(child.stdout), text(child.stderr)]);
	try {
		const [status] = await once(child, "close");
		return status === 0 ? null : whatWentWrong((await printed).join(""));
	} catch (error) {
		return messageOf(error); // It could not be started at all.
	}
}

/** Of all that `initdb` says, which is much, the lines that tell what went wrong; if there are none, the end. */
function whatWentWrong(printed: string): string {
	const telling = printed.split("\n").filter((line) => /\b(?:error|fatal|panic|could not|cannot)\b/i.test(line));
	return (telling.length > 0 ? telling.join("\n") : printed).trim().slice(-2000);
}

function renameOnce(from: string, to: string): void {
	try {
		renameSync(from, to);
	} catch (error) {
		if (!existsSync(join(to, "PG_VERSION"))) {
			throw error;
		}
	}
}

/** Nothing of our own environment (PGDATA, PGHOST, …) reaches the server. `/`: our folder may be closed to its user. */
export function processOptions(user: ServerUser | null): {
	uid?: number;
	gid?: number;
	cwd: string;
	env: NodeJS.ProcessEnv;
} {
	const env = { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC", NODE_ENV: "production" as const };
	return { ...user, cwd: "/", env };
}

/**
 * Chowns what root owns: new folders, and a data folder that was copied or restored by root. Closes a folder that others may enter, which the server
 * refuses: where a volume has a group of its own (`fsGroup`) Kubernetes opens all that is in it to that group, each time it is mounted.
 */
export function giveTo(user: ServerUser | null, path: string): void {
	const { uid, mode } = statSync(path);
	if (uid === (user?.uid ?? process.getuid?.())) {
		if ((mode & 0o027) !== 0) chmodSync(path, 0o700);
		return;
	}
	if (user === null) return;
	chownSync(path, user.uid, user.gid);
	chmodSync(path, 0o700);
	for (const file of readdirSync(path, { withFileTypes: true, recursive: true })) {
		chownSync(join(file.parentPath, file.name), user.uid, user.gid);
	}
}
