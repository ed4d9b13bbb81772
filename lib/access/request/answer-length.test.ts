import { once } from "node:events";
import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";

it("makes the length that a route says the answer's own", async () => {
	await import("./answer-length.ts");
	const server = createServer((asked, response) => {
		if (asked.url === "/said") response.setHeader("x-eosync-length", "3");
		response.end(asked.method === "HEAD" ? undefined : "abc");
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	const lengthOf = async (path: string, method: string) => {
		const [answer] = (await once(request({ port, path, method, agent: false }).end(), "response")) as [IncomingMessage];
		answer.resume();
		return [answer.headers["content-length"], answer.headers["x-eosync-length"]];
	};
	expect(await lengthOf("/said", "HEAD")).toEqual(["3", undefined]);
	expect(await lengthOf("/said", "GET")).toEqual(["3", undefined]);
	expect(await lengthOf("/other", "HEAD")).toEqual([undefined, undefined]);
	server.close();
});
