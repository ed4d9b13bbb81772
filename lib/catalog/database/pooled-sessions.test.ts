import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, statSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { readEnv } from "#lib/env.ts";
import { examineAll } from "#lib/operations/doctor/doctor.ts";
import { connectCatalog } from "./connect.ts";
import { type Database, openDatabase } from "./database.ts";
import { requireSessions } from "./pooled-sessions.ts";

/** A real PgBouncer in front of a real server. */

const program = "/usr/sbin/pgbouncer";
const isThere = existsSync(program);
if (!isThere && process.env.EOSYNC_REQUIRE_SERVERS === "1")
	throw new Error(`${program} is missing: run .ci/test-servers.`);

let database: Database;
beforeAll(async () => {
	database = await createTestDatabase();
});
afterAll(() => database.close());

let pooler: { readonly child: ChildProcess; readonly folder: string } | null = null;
afterEach(async () => {
	if (pooler === null) return;
	const ended = once(pooler.child, "exit");
	pooler.child.kill("SIGINT");
	await ended;
	await rm(pooler.folder, { recursive: true });
	pooler = null;
});

async function freePort(): Promise<number> {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, "close");
	return port;
}

/** Returns the address of the database behind a pooler. */
async function startPooler(mode: string, settings = "ignore_startup_parameters = jit"): Promise<string> {
	const target = new URL(database.url);
	const port = await freePort();
	const folder = await mkdtemp(join(tmpdir(), "eosync-pooler-"));
	await chmod(folder, 0o755);
	const host = target.searchParams.get("host") ?? target.hostname;
	const name = target.pathname.slice(1);
	const password = decodeURIComponent(target.password);
	await writeFile(join(folder, "users.txt"), `"${target.username}" "${password}"\n`, { mode: 0o644 });
	await writeFile(
		join(folder, "pgbouncer.ini"),
		`[databases]\n${name} = host=${host} port=${target.port || 5432} user=${target.username}${password === "" ? "" : ` password='${password}'`}\n` +
			`[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${port}\nunix_socket_dir =\nauth_type = any\n` +
			`auth_file = ${join(folder, "users.txt")}\npool_mode = ${mode}\n${settings}\n`,
		{ mode: 0o644 },
	);
	// It refuses to run as root; the folder of a socket is open to its owner alone.
	const { uid, gid } = host.startsWith("/") ? statSync(host) : { uid: 65534, gid: 65534 };
	const identity = process.getuid?.() === 0 ? { uid, gid } : {};
	const child = spawn(program, [join(folder, "pgbouncer.ini")], { ...identity, stdio: ["ignore", "ignore", "pipe"] });
	pooler = { child, folder };
	await new Promise<void>((resolve, reject) => {
		let said = "";
		child.once("exit", () => reject(new Error(`PgBouncer ended: ${said}`)));
		child.stderr?.on("data", (piece) => {
			said += String(piece);
			if (said.includes("process up")) resolve();
		});
	});
	return `postgres://${target.username}:${target.password}@127.0.0.1:${port}/${name}`;
}

describe.skipIf(!isThere)("PgBouncer", () => {
	test.each(["transaction", "statement"])("in %s mode is refused by start and doctor", async (mode) => {
		const url = await startPooler(mode);
		const env = { ...readEnv(), databaseUrl: url };
		await expect(connectCatalog(env, { applicationName: "eosync test" })).rejects.toMatchObject({
			code: "database-pooled",
			message: expect.stringContaining("pool_mode = session"),
		});
		const findings = [];
		for await (const finding of examineAll(env, { sample: 1, signal: new AbortController().signal }))
			findings.push(finding);
		expect(findings).toContainEqual(
			expect.objectContaining({ check: "database", message: expect.stringContaining("pool_mode = session") }),
		);
		expect(findings.filter(({ check }) => check === "migrations")).toEqual([]);
	});

	test("in session mode is as good as the server itself", async () => {
		const url = await startPooler("session");
		await using pooled = await openDatabase({ url, applicationName: "eosync test", max: 2 });
		await requireSessions(pooled.sql);
	});

	test("that refuses a parameter is told how to let it through", async () => {
		const url = await startPooler("session", "");
		await expect(openDatabase({ url, applicationName: "eosync test" })).rejects.toThrow(
			/ignore_startup_parameters = jit/,
		);
	});
});

test("the server itself has sessions", async () => {
	await requireSessions(database.sql);
});
