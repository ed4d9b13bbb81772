import { expect, it } from "vitest";
import { keyOf, seal } from "#lib/catalog/secrets/sealing.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { openCli } from "#lib/cli/testing.ts";

it("serve refuses to start where the secret does not open stored credentials, and says what to do", async () => {
	await using database = await createTestDatabase();
	using cli = openCli(database);
	const sealed = JSON.stringify({ password: seal("x", keyOf("the secret of before"), "any") });
	await database.sql`
		insert into storages (name, type, config, sealed) values ('partner', 'ftp', ${database.sql.json({ type: "ftp" })}, ${sealed})`;
	const { status, stderr } = await cli.alone.run("serve", "--port", "0");
	expect(status).toBe(2);
	expect(stderr).toMatch(
		/does not open the credentials of storage partner\. Put the secret back.*--without-credentials/,
	);
});
