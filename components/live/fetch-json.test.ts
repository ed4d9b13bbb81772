import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { fetchJson } from "./fetch-json.ts";
import { newQueryClient } from "./read-again.ts";

let close: (() => void) | undefined;
afterEach(() => close?.());

async function serve(answer: RequestListener): Promise<string> {
	const server = createServer(answer).listen(0, "127.0.0.1");
	await new Promise((resolve) => server.once("listening", resolve));
	close = () => server.close().closeAllConnections();
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const open = () => ({ signal: new AbortController().signal });

test("gives what the server says", async () => {
	const url = await serve((_request, response) => response.end(`{"datasets":3}`));
	expect(await fetchJson(url, open())).toEqual({ datasets: 3 });
});

test("says a refusal in the words of the server, or its status", async () => {
	const said = await serve((_request, response) => response.writeHead(404).end(`{"error":"Gone."}`));
	await expect(fetchJson(said, open())).rejects.toThrow("Gone.");
	close?.();
	const silent = await serve((_request, response) => response.writeHead(503, "Out of order").end("<html>"));
	await expect(fetchJson(silent, open())).rejects.toThrow(
		"The server cannot answer (status 503). Try again in a moment.",
	);
});

test.each([
	[400, 1],
	[404, 1],
	[429, 2],
	[503, 2],
])("what is refused is not asked for again, what may be answered later is: status %i", async (status, times) => {
	let asked = 0;
	const url = await serve((_request, response) => {
		asked += 1;
		response.writeHead(status).end(`{"error":"No."}`);
	});
	const client = newQueryClient();
	const reading = client.fetchQuery({
		queryKey: ["refused", status],
		queryFn: ({ signal }) => fetchJson(url, { signal }),
		retry: client.getDefaultOptions().queries?.retry ?? 0,
		retryDelay: 0,
	});
	await expect(reading).rejects.toThrow("No.");
	expect(asked).toBe(times);
});

test("half an answer is none: its server was killed while it spoke", async () => {
	const url = await serve((_request, response) => {
		response.writeHead(200, { "content-length": "100" });
		response.write(`{"datasets":`, () => response.destroy());
	});
	await expect(fetchJson(url, open())).rejects.toThrow(/^The server does not answer\. The page/);
});

test("a server that does not answer is named; a call that was given up says nothing new", async () => {
	const url = await serve(() => {});
	const asking = new AbortController();
	const answer = fetchJson(url, asking);
	asking.abort();
	await expect(answer).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
	close?.();
	await expect(fetchJson(url, open())).rejects.toThrow(/^The server does not answer\. The page/);
});
