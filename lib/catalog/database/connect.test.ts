import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { processOptions } from "#lib/catalog/embedded/cluster.ts";
import { choosePlace } from "#lib/catalog/embedded/place.ts";
import { connectCatalog } from "./connect.ts";

/** The machine's own PostgreSQL (Debian's place), at least 14; the tests are skipped where there is none. */
function findInstalled(): string | null {
	const folder = "/usr/lib/postgresql";
	const versions = existsSync(folder) ? readdirSync(folder).filter((version) => Number(version) >= 14) : [];
	return versions.length === 0 ? null : join(folder, versions.sort().at(-1) ?? "", "bin");
}

async function freePort(): Promise<number> {
	const probe = createServer().listen(0, "127.0.0.1");
	await once(probe, "listening");
	const address = probe.address();
	probe.close();
	return typeof address === "object" && address !== null ? address.port : 0;
}

const bin = findInstalled();

describe.skipIf(bin === null)("connectCatalog with DATABASE_URL", () => {
	let folder: string;
	let port: number;
	let stop: () => Promise<void>;
	const password = "p@ss/word ?#";
	const connect = (databaseUrl: string) =>
		connectCatalog({ databaseUrl, home: "/nowhere" }, { applicationName: "tests", max: 2 });

	async function waitForServer(): Promise<void> {
		for (let attempt = 0; attempt < 100; attempt++) {
			try {
				await using _ = await connect(`postgres://eo:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`);
				return;
			} catch (error) {
				if (!/ECONNREFUSED|ENOENT|starting up/.test(String(error))) {
					throw error;
				}
				await pause(100);
			}
		}
		throw new Error("The server did not come.");
	}

	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), "eosync-postgres-"));
		chmodSync(folder, 0o755);
		const { user } = choosePlace(folder);
		const data = join(folder, "data");
		mkdirSync(data, { mode: 0o700 });
		writeFileSync(join(folder, "password"), password);
		if (user !== null) {
			chownSync(data, user.uid, user.gid);
		}
		const options = processOptions(user);
		const access = ["--username=eo", "--auth=scram-sha-256", `--pwfile=${join(folder, "password")}`];
		const made = spawnSync(`${bin}/initdb`, [...access, "--encoding=UTF8", "--locale=C", "-D", data], options);
		expect(String(made.stderr)).toBe("");
		port = await freePort();
		const settings = ["-c", "listen_addresses=127.0.0.1", "-p", String(port), "-k", data, "-c", "timezone=Asia/Tokyo"];
		const server = spawn(`${bin}/postgres`, ["-D", data, ...settings], { ...options, stdio: "ignore" });
		const ended = once(server, "exit");
		stop = async () => {
			server.kill("SIGINT");
			await ended;
		};
		await waitForServer();
	});
	afterAll(async () => {
		await stop();
		rmSync(folder, { recursive: true, force: true });
	});

	it("connects over TCP with a password of special characters, and migrates", async () => {
		const url = `postgres://eo:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
		const catalog = await connect(url);
		expect(await catalog.sql`select count(*)::int as count from containers`).toEqual([{ count: 0 }]);
		const [row] = await catalog.sql`select timestamptz '2006-08-16 09:09:29 UTC' as at`;
		expect(row?.at).toBe("2006-08-16T09:09:29Z");
		await catalog.close();
	});

	it("connects over a Unix socket named as libpq does", async () => {
		const query = `host=${encodeURIComponent(join(folder, "data"))}`;
		const catalog = await connect(
			`postgresql://eo:${encodeURIComponent(password)}@localhost:${port}/postgres?${query}`,
		);
		const [row] = await catalog.sql`select inet_client_addr() as address`;
		expect(row).toEqual({ address: null });
		await catalog.close();
	});

	it.each([
		["eo:wrong", "postgres", /password authentication failed/],
		[`eo:${encodeURIComponent(password)}`, "nowhere", /database "nowhere" does not exist/],
	])("says why %s cannot use %s", async (credentials, name, message) => {
		await expect(connect(`postgres://${credentials}@127.0.0.1:${port}/${name}`)).rejects.toThrow(message);
	});
});
