import { getTableColumns } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { runs } from "#lib/catalog/schema/run-schema.ts";
import { deleteContainer, restoreContainer } from "#lib/sync/delete-container.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";

let bench: Bench;
let heard: string[] = [];
beforeAll(async () => {
	bench = await makeBench();
	for (const channel of ["eosync_run", "eosync_reach", "eosync_configuration", "end"])
		await bench.database.sql.listen(channel, (payload) => heard.push(`${channel} ${payload}`));
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));
afterEach(() => {
	heard = [];
});

/** What was notified up to now; notifications come in the order of the transactions. */
async function notified(): Promise<readonly string[]> {
	const { sql } = bench.database;
	await sql.notify("end", "");
	while (!heard.includes("end ")) await new Promise((resolve) => setTimeout(resolve, 5));
	return heard.splice(0).filter((each) => each !== "end ");
}

/** Columns of a run that no page shows. */
const unshown = [
	"id",
	"container_id",
	"removes_now",
	"base_revision",
	"resumed_at",
	"look_again",
	"scanned_at",
	"lease_owner",
	"lease_until",
	// Comes with the run, or with a batch that counts it, which notifies for itself.
	"batch_id",
	// Written with the run's end.
	"datasets_then",
	"rejected_then",
	"verified",
];

test("whatever a page shows of a run is notified when it changes, and its heartbeat is not", async () => {
	await bench.container("S", []);
	const { sql } = bench.database;
	await sql`insert into runs (container_id, kind, trigger, actor) values (1, 'sync', 'dashboard', 'olga')`;
	// Whether the values make sense together is no matter here.
	await sql`alter table runs disable trigger runs_mark_health`;
	for (const name of ["runs_revert_names_a_run", "runs_finished_when_over", "runs_lease_complete"])
		await sql`alter table runs drop constraint ${sql(name)}`;
	await notified();
	const silent: string[] = [];
	for (const { name, dataType, enumValues } of Object.values(getTableColumns(runs))) {
		const column = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
		if (column === "id" || column === "container_id") continue;
		const value = otherValue(column, dataType, enumValues);
		await sql`update runs set ${sql(column)} = ${sql.unsafe(value)}`;
		if (!(await notified()).includes("eosync_run 1")) silent.push(column);
	}
	expect(silent.toSorted()).toEqual(unshown.filter((name) => name !== "id" && name !== "container_id").toSorted());
});

function otherValue(column: string, dataType: string, enumValues: readonly string[] | undefined): string {
	if (enumValues !== undefined && enumValues.length > 0) return `'${enumValues.at(-1)}'`;
	if (dataType === "boolean") return "true";
	if (dataType === "number") return "7";
	if (dataType === "json") return `'{"phase":"reading"}'`;
	return column.endsWith("_at") || column.endsWith("_until") ? "now() + interval '1 hour'" : "'other'";
}

test("a storage that answers as before notifies nothing; one that no longer does notifies its reach, not the configuration", async () => {
	const { sql } = bench.database;
	await notified();
	await sql`update storages set unreachable_since = null, unreachable_reason = null where unreachable_since is not null`;
	await sql`update storages set unreachable_reason = unreachable_reason`;
	expect(await notified()).toEqual([]);
	await sql`update storages set unreachable_since = now(), unreachable_reason = 'timeout'`;
	expect(await notified()).toEqual(["eosync_reach 1"]);
	await sql`update storages set name = 'renamed'`;
	expect(await notified()).toEqual(["eosync_configuration storages"]);
	await sql`update storages set name = 'archive', unreachable_since = null`;
	expect((await notified()).toSorted()).toEqual(["eosync_configuration storages", "eosync_reach 1"]);
});

test("a container notifies the configuration when it is created, configured, deleted, restored or purged, and not when runs write to it", async () => {
	const { database } = bench;
	const configuration = async () => (await notified()).filter((each) => each.startsWith("eosync_configuration"));
	const expected = ["eosync_configuration containers"];
	await bench.archive.scene("in/a.tif");
	await notified();
	await bench.container("S", [{ path: "in" }]);
	expect(await configuration()).toEqual(expected);
	await bench.run("S");
	expect(await configuration()).toEqual([]);
	await bench.container("S", [{ path: "in" }], { title: "New" });
	expect(await configuration()).toEqual(expected);
	await deleteContainer(database, { id: "S", actor: "olga", trigger: "dashboard" });
	expect(await configuration()).toEqual(expected);
	await restoreContainer(database, { id: "S", actor: "olga", trigger: "dashboard" });
	expect(await configuration()).toEqual(expected);
	await deleteContainer(database, { id: "S", actor: "olga", trigger: "dashboard" });
	await notified();
	await database.sql`delete from containers where deleted_at is not null`;
	expect(await configuration()).toEqual(expected);
});
