import { accessSync, constants, existsSync, readFileSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { secretFile } from "#lib/catalog/secrets/secret-file.ts";
import type { Env } from "#lib/env.ts";
import { type Finding, failure, ok, warning } from "./finding.ts";

/** Free space below this is too little for anything, and for long, bytes. */
const tooLittle = 500 * 2 ** 20;
const little = 5 * 2 ** 30;

/** EOSYNC_HOME, its disk and the secret in it. */
export async function* examinePlace(env: Env): AsyncGenerator<Finding> {
	const { home } = env;
	if (!existsSync(home)) {
		yield env.databaseUrl === null
			? missingHome(home)
			: ok("home", `${home} does not exist; it is not needed with DATABASE_URL and EOSYNC_SECRET set.`);
	} else {
		yield permissionsOf(home);
	}
	yield diskOf(nearestFolder(home));
	yield secretOf(env);
}

function missingHome(home: string): Finding {
	const above = nearestFolder(home);
	try {
		accessSync(above, constants.W_OK | constants.X_OK);
	} catch {
		const advice = "Set EOSYNC_HOME to a folder that this user may write to.";
		return failure(
			"home",
			`${home} does not exist, and user ${process.getuid?.()} cannot make it in ${above}.`,
			advice,
		);
	}
	return warning(
		"home",
		`${home} does not exist.`,
		"Is EOSYNC_HOME right? eosync makes the folder when it first starts.",
	);
}

/** The folder itself, or what of its path is there. */
function nearestFolder(path: string): string {
	return existsSync(path) ? path : nearestFolder(dirname(path));
}

function permissionsOf(home: string): Finding {
	try {
		accessSync(home, constants.R_OK | constants.W_OK | constants.X_OK);
	} catch {
		const advice = "Give it to the user that eosync runs as (chown), or run eosync as its owner.";
		return failure("home", `${home} cannot be read and written by user ${process.getuid?.()}.`, advice);
	}
	if (statSync(home).mode & 0o002)
		return warning("home", `Every user of this machine can write to ${home}.`, `chmod o-w ${home}`);
	return ok("home", `${home} can be read and written.`);
}

function diskOf(folder: string): Finding {
	const { bavail, bsize } = statfsSync(folder);
	const free = bavail * bsize;
	const size = free < 2 ** 30 ? `${Math.floor(free / 2 ** 20)} MiB` : `${(free / 2 ** 30).toFixed(1)} GiB`;
	const message = `${size} are free on the disk of ${folder}.`;
	const advice = "Make room, or move EOSYNC_HOME: a full disk stops the database.";
	if (free < tooLittle) return failure("disk", message, advice);
	return free < little ? warning("disk", message, advice) : ok("disk", message);
}

function secretOf({ home, secret }: Env): Finding {
	const file = secretFile(home);
	if (secret !== null) return ok("secret", "EOSYNC_SECRET is set.");
	if (!existsSync(file))
		return ok("secret", "There is no secret yet; eosync makes one when it first stores credentials.");
	const { mode, uid } = statSync(file);
	if (mode & 0o077) return failure("secret", `${file} can be read by others than its owner.`, `chmod 600 ${file}`);
	try {
		return readFileSync(file, "utf8").trim() === ""
			? failure(
					"secret",
					`${file} is empty.`,
					"Put the secret back from where you keep it; without it, credentials must be entered anew.",
				)
			: ok("secret", `${file} is readable by its owner only. Keep a copy apart from backups.`);
	} catch {
		return failure("secret", `${file} belongs to user ${uid} and cannot be read.`, "Run eosync as its owner.");
	}
}
