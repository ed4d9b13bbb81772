import { once } from "node:events";
import { createServer, get, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, vi } from "vitest";

const claims = {
	"x-forwarded-for": "10.0.0.1, 198.51.100.4",
	"x-forwarded-host": "evil.example",
	"x-forwarded-proto": "https",
	"x-real-ip": "10.0.0.1",
	"x-eosync-address": "10.0.0.1",
	"x-eosync-other": "1",
	forwarded: "for=10.0.0.1;host=evil.example",
};

/** What a server of this process is given of a request that claims all that. */
async function headersGiven(): Promise<IncomingHttpHeaders> {
	const server = createServer(({ headers }, response) => void response.end(JSON.stringify(headers)));
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	try {
		const { port } = server.address() as AddressInfo;
		const [answer] = (await once(get({ port, headers: claims, agent: false }), "response")) as [IncomingMessage];
		return JSON.parse((await answer.toArray()).join(""));
	} finally {
		server.close();
	}
}

it("leaves nothing of what a caller says of hosts and addresses but what our proxies did", async () => {
	vi.stubEnv("EOSYNC_URL", undefined);
	vi.stubEnv("EOSYNC_PROXIES", "1");
	await import("./request-address.ts");
	const { host, connection, ...given } = await headersGiven();
	expect(given).toEqual({ "x-eosync-address": "198.51.100.4" });
});
