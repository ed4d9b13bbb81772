import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, it } from "vitest";
import { startOtherServer } from "#lib/catalog/testing/other-server.ts";
import { tryServer } from "#lib/operations/testing/try-server.ts";
import { describeWithServer } from "#lib/storage/test-servers/with-server.ts";

/** Where `.ci/test-servers` unpacks it; the embedded one, of which all other tests are, is the newest. */
const programs = "/opt/eosync-test-servers/postgresql-14/native/bin";
const installed = existsSync(programs) ? programs : null;

describeWithServer(installed, "the oldest PostgreSQL that eosync works with", () => {
	it("migrates a catalogue of the first version, syncs, and takes a backup", async () => {
		// The run's tear-down ends the server that works there.
		const folder = join(inject("databaseServer").home, "postgresql-14");
		mkdirSync(folder, { recursive: true });
		const urlOf = await startOtherServer({ bin: programs, data: join(folder, "data"), superuser: "eosync" });
		expect(await tryServer(urlOf, folder)).toMatch(/^14\./);
	});
});
