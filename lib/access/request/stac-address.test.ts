import { once } from "node:events";
import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";

it("takes addresses of the STAC API with too many slashes for those without", async () => {
	await import("./stac-address.ts");
	const server = createServer((asked, response) => response.end(asked.url));
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	const seen = async (path: string) => {
		const [answer] = (await once(request({ port, path, agent: false }).end(), "response")) as [IncomingMessage];
		return text(answer);
	};
	for (const [given, meant] of [
		["/stac/", "/stac"],
		["/stac//collections/", "/stac/collections"],
		["/stac/search/?bbox=1,2,3,4&x=//", "/stac/search?bbox=1,2,3,4&x=//"],
		["/stac/assets/A/B//a%2F%2F.tif", "/stac/assets/A/B/a%2F%2F.tif"],
		["/stac", "/stac"],
		["/stacks//", "/stacks//"],
		["/runs//1/", "/runs//1/"],
	] as const)
		expect(await seen(given)).toBe(meant);
	server.close();
});
