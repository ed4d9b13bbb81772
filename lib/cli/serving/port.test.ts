import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { openCli } from "#lib/cli/testing.ts";
import { chooseNextPort, choosePort } from "./port.ts";

const server = createServer();
let port: number;
beforeAll(async () => {
	await once(server.listen(0, "127.0.0.1"), "listening");
	port = (server.address() as AddressInfo).port;
});
afterAll(() => server.close());

it("finds a free port for 0", async () => {
	expect(await choosePort("127.0.0.1", 0)).toBeGreaterThan(0);
});

it("refuses one that is taken, and a host that is not ours", async () => {
	await expect(choosePort("127.0.0.1", port)).rejects.toThrow(`Port ${port} of 127.0.0.1 is in use`);
	await expect(choosePort("192.0.2.1", 0)).rejects.toThrow(/192\.0\.2\.1/);
});

it("finds the next free one", async () => {
	expect(await chooseNextPort("127.0.0.1", port)).toBeGreaterThan(port);
});

it("serve says which port is in use, with status 1", async () => {
	await using database = await createTestDatabase();
	using cli = openCli(database);
	const { status, stderr } = await cli.alone.run("serve", "--port", String(port));
	expect({ status, stderr }).toEqual({
		status: 1,
		stderr: `eosync: Port ${port} of 127.0.0.1 is in use: stop what listens there, or choose another one with --port or PORT.\n`,
	});
});
