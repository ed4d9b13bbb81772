import { join } from "node:path";
import { inject } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { describeWithServer } from "#lib/storage/test-servers/with-server.ts";
import { createEoxDatabase, postgisPrograms } from "./postgis.ts";

/** Tests that need a PostGIS: skipped, and said so, where none is installed. */
export function describeWithPostgis(name: string, define: () => void): void {
	describeWithServer(postgisPrograms, name, define);
}

/** The database of an EOxServer, for tests: the server lives as long as the run of all tests. Close it in `afterAll`. */
export async function createTestEox(): Promise<Database> {
	return createEoxDatabase(join(inject("databaseServer").home, "postgis"));
}
