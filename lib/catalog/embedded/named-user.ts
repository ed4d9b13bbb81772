import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { readVariable } from "#lib/env.ts";

/** Variables with which `initdb` finds a name for its user. */
interface NamedUser extends Disposable {
	readonly variables: Readonly<Record<string, string>>;
}

/**
 * `initdb` refuses to work for a user without a name; the server needs none. Containers run as users that /etc/passwd does not have (OpenShift,
 * `docker run --user 12345`): for them libnss_wrapper reads users from a file that is written here. Where it is not installed the loader goes on
 * without it, and `initdb` refuses.
 */
export function namedUser(): NamedUser {
	if (hasName()) return { variables: wrapperOfThisProcess(), [Symbol.dispose]: () => {} };
	const [uid, gid] = [process.getuid?.(), process.getgid?.()];
	const folder = mkdtempSync(join(tmpdir(), "eosync-"));
	const [users, groups] = [join(folder, "passwd"), join(folder, "group")];
	writeFileSync(users, `eosync:x:${uid}:${gid}::/:/bin/sh\n`);
	writeFileSync(groups, `eosync:x:${gid}:\n`);
	return {
		variables: {
			...variablesOfThisProcess("LD_LIBRARY_PATH"),
			LD_PRELOAD: "libnss_wrapper.so",
			NSS_WRAPPER_PASSWD: users,
			NSS_WRAPPER_GROUP: groups,
		},
		[Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
	};
}

/** Whether the system knows a name of the user of this process. */
export function hasName(): boolean {
	try {
		userInfo();
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ERR_SYSTEM_ERROR") return false;
		throw error;
	}
}

/** Some images give the user a name by the same library, for all that they start. */
function wrapperOfThisProcess(): Readonly<Record<string, string>> {
	return readVariable("NSS_WRAPPER_PASSWD") === undefined
		? {}
		: variablesOfThisProcess("LD_PRELOAD", "LD_LIBRARY_PATH", "NSS_WRAPPER_PASSWD", "NSS_WRAPPER_GROUP");
}

function variablesOfThisProcess(...names: readonly string[]): Readonly<Record<string, string>> {
	return Object.fromEntries(
		names.flatMap((name) => {
			const value = readVariable(name);
			return value === undefined ? [] : [[name, value]];
		}),
	);
}
