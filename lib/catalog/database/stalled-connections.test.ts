import { Socket } from "node:net";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Gate, makeGate } from "#lib/catalog/testing/gate.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { someoneWaits } from "#lib/sync/testing/pause.ts";
import { copyOut, copyText } from "./copy.ts";
import { type Database, openDatabase } from "./database.ts";
import { isOutage } from "./outage.ts";
import { watchStalls } from "./stalled-connections.ts";

/** Statements of these tests take several times as long. */
const stallLimit = 300;

let database: Database;
beforeAll(async () => {
	database = await createTestDatabase();
	await database.sql`create table held (id int primary key, text text)`;
	await database.sql`insert into held select n, repeat('x', 1000) from generate_series(1, 20000) n`;
});
afterAll(() => database.close());

async function open(): Promise<{ readonly gate: Gate; readonly through: Database } & AsyncDisposable> {
	const gate = await makeGate(database);
	const through = await openDatabase({ url: gate.url, applicationName: "tests", max: 2, stallLimit });
	const close = async () => {
		await through.close();
		await gate[Symbol.asyncDispose]();
	};
	return { gate, through, [Symbol.asyncDispose]: close };
}

test("an answer that is lost on its way is not waited for, and the next statement is answered", async () => {
	await using opened = await open();
	const { gate, through } = opened;
	const { asked } = await database.sql.begin(async (sql) => {
		await sql`select from held where id = 1 for update`;
		const asked = through.sql`select from held where id = 1 for update`.execute();
		await someoneWaits(database, "true");
		gate.freeze("these");
		return { asked };
	});
	await expect(asked).rejects.toSatisfy(isOutage);
	await expect(asked).rejects.toMatchObject({ code: "CONNECTION_STALLED" });
	expect([...(await through.sql`select 1 as one`)]).toEqual([{ one: 1 }]);
});

test("a network that swallows everything is noticed", async () => {
	await using opened = await open();
	const { gate, through } = opened;
	const asked = through.sql`select 1`.then(() => through.sql`select pg_sleep(1)`);
	await asked;
	gate.freeze("every");
	await expect(through.sql`select 1`).rejects.toSatisfy(isOutage);
}, 30_000);

test("a COPY that stops on its way is not waited for, out or in", async () => {
	for (const copy of [readAll, writeMuch]) {
		await using opened = await open();
		const { gate, through } = opened;
		const outcome = through.sql.begin((sql) => copy(sql, () => gate.freeze("these")));
		await expect(outcome, copy.name).rejects.toSatisfy(isOutage);
	}
});

async function readAll(sql: Parameters<typeof copyOut>[0], onFirst: () => void): Promise<void> {
	let pieces = 0;
	for await (const _ of copyOut(sql, "held", ["id", "text"])) if (pieces++ === 0) onFirst();
}

async function writeMuch(sql: Parameters<typeof copyOut>[0], onFirst: () => void): Promise<void> {
	function* text() {
		for (let id = 100_000; id < 200_000; id++) {
			if (id === 101_000) onFirst();
			yield `${id}\t${"y".repeat(1000)}\n`;
		}
	}
	await copyText(sql, "held", ["id", "text"], text());
}

test("work that takes long, or waits for a lock, goes on", async () => {
	await using opened = await open();
	const { through } = opened;
	const taken = await database.sql.begin(async (sql) => {
		await sql`select from held where id = 1 for update`;
		const waiting = through.sql`update held set text = 'mine' where id = 1 returning text`.execute();
		await through.sql`select pg_sleep(${(5 * stallLimit) / 1000})`;
		return { waiting };
	});
	expect([...(await taken.waiting)]).toEqual([{ text: "mine" }]);
});

test("a connection whose answer comes while the server is asked is kept", async () => {
	const socket = new Socket();
	let progress = 0;
	const [asked, answer] = [Promise.withResolvers<number>(), Promise.withResolvers<boolean>()];
	const isAtWork = (pid: number) => {
		asked.resolve(pid);
		return answer.promise;
	};
	using watch = watchStalls({ limit: stallLimit, isAtWork });
	watch.onsocket(socket, () => ({ pid: 7, progress }));
	expect(await asked.promise).toBe(7);
	progress = 1;
	answer.resolve(false);
	await nextTurn();
	expect(socket.destroyed).toBe(false);
	socket.destroy();
});

test("who reads slowly, or writes slowly, is waited for", async () => {
	await using opened = await open();
	const { through } = opened;
	let pieces = 0;
	await through.sql.begin(async (sql) => {
		for await (const _ of copyOut(sql, "held", ["id", "text"])) if (pieces++ === 3) await sleep(5 * stallLimit);
		async function* text() {
			yield Buffer.from("300000\ta\n");
			await sleep(5 * stallLimit);
			yield Buffer.from("300001\tb\n");
		}
		await copyText(sql, "held", ["id", "text"], text());
	});
	expect(pieces).toBeGreaterThan(50);
});
