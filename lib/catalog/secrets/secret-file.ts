import { randomBytes } from "node:crypto";
import { link, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { EosyncError, hasCode, messageOf } from "#lib/errors.ts";

/**
 * The secret that eosync makes for itself when EOSYNC_SECRET is not set: the first line of EOSYNC_HOME/secret, readable
 * by its owner only. Further lines are former secrets, which still open what was sealed with them.
 */
export function secretFile(home: string): string {
	return join(home, "secret");
}

/** The secret in force first; none when there is no such file. */
export async function readSecretFile(home: string): Promise<readonly string[]> {
	const text = await readFile(secretFile(home), "utf8").catch((error: unknown) => {
		if (hasCode(error, "ENOENT")) return "";
		throw unusable(home, "read", error);
	});
	return text
		.split("\n")
		.map((line) => line.trim())
		.filter((line) => line !== "");
}

/** Makes the file if there is none. Processes that do so at once all get the same secret. */
export async function ensureSecretFile(home: string): Promise<readonly string[]> {
	const there = await readSecretFile(home);
	if (there.length > 0) return there;
	try {
		await mkdir(home, { recursive: true, mode: 0o700 });
		const draft = await writeDraft(home, [newSecret()]);
		try {
			await link(draft, secretFile(home));
		} catch (error) {
			if (!hasCode(error, "EEXIST")) throw error; // Another process was first: theirs it is.
		} finally {
			await rm(draft, { force: true });
		}
	} catch (error) {
		throw unusable(home, "written", error);
	}
	const made = await readSecretFile(home);
	if (made.length === 0) throw unusable(home, "used", "it is empty; delete it");
	return made;
}

/** Replaces the file in one step. */
export async function writeSecretFile(home: string, secrets: readonly string[]): Promise<void> {
	try {
		await mkdir(home, { recursive: true, mode: 0o700 });
		await rename(await writeDraft(home, secrets), secretFile(home));
	} catch (error) {
		throw unusable(home, "written", error);
	}
}

export function newSecret(): string {
	return randomBytes(32).toString("base64url");
}

/** On the disk before anything relies on it. */
async function writeDraft(home: string, secrets: readonly string[]): Promise<string> {
	const draft = `${secretFile(home)}.${randomBytes(6).toString("hex")}`;
	await using file = await open(draft, "wx", 0o600);
	await file.writeFile(`${secrets.join("\n")}\n`);
	await file.sync();
	return draft;
}

function unusable(home: string, what: string, error: unknown): EosyncError {
	const cause = error instanceof Error ? { cause: error } : {};
	return new EosyncError(
		"secret-file",
		`${secretFile(home)}, which holds the key to stored credentials, cannot be ${what}: ${messageOf(error)}. Set EOSYNC_SECRET, or mend it.`,
		cause,
	);
}
