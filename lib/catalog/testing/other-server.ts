import { execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { processOptions } from "#lib/catalog/embedded/cluster.ts";
import { choosePlace } from "#lib/catalog/embedded/place.ts";

export interface OtherServer {
	/** The folder with `initdb` and `postgres`. */
	readonly bin: string;
	/** Does not exist yet; its own folder belongs to this process. */
	readonly data: string;
	readonly superuser: string;
}

/**
 * Makes and starts a PostgreSQL that is not eosync's own, for tests: nothing waits for the disk. It runs until somebody ends it (`findServer` knows it).
 * @returns the address of a database on it
 */
export async function startOtherServer({ bin, data, superuser }: OtherServer): Promise<(database: string) => string> {
	const { user } = choosePlace(join(data, ".."));
	const options = processOptions(user);
	mkdirSync(data, { mode: 0o700 });
	if (user !== null) chownSync(data, user.uid, user.gid);
	const cluster = ["-D", data, "-U", superuser, "-A", "trust", "-E", "UTF8", "--locale=C", "-N"];
	execFileSync(join(bin, "initdb"), cluster, { ...options, stdio: "pipe" });
	const settings = {
		listen_addresses: "",
		unix_socket_directories: data,
		fsync: "off",
		full_page_writes: "off",
		jit: "off",
	};
	const args = Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
	spawn(join(bin, "postgres"), ["-D", data, ...args], { ...options, detached: true, stdio: "ignore" }).unref();
	while (!isReady(data)) await pause(20);
	return (database) => `postgres://${superuser}@localhost/${database}?host=${encodeURIComponent(data)}`;
}

function isReady(data: string): boolean {
	const file = join(data, "postmaster.pid");
	return existsSync(file) && readFileSync(file, "utf8").split("\n")[7]?.trim() === "ready";
}
