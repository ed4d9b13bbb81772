import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, test } from "vitest";
import { storageConfig } from "#lib/storage/config.ts";
import { openStorage } from "#lib/storage/open.ts";

test("a server that hangs up is said to have closed the connection", async () => {
	const server = createServer((socket) => socket.on("error", () => {}).end("220 hello\r\n")).listen(0, "127.0.0.1");
	await once(server, "listening");
	try {
		const { port } = server.address() as AddressInfo;
		await using storage = await openStorage(
			storageConfig.parse({ type: "ftp", host: "127.0.0.1", port, user: "a", password: "b" }),
		);
		await expect(storage.stat("a.tif", { signal: AbortSignal.timeout(30_000) })).rejects.toThrow(
			"Cannot connect to 127.0.0.1 (it closed the connection)",
		);
	} finally {
		server.close();
	}
});
