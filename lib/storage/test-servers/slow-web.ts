import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A web server whose every answer takes a while, as over a long distance; it counts what it is asked for. */
export interface SlowWeb extends AsyncDisposable {
	readonly url: string;
	/** How long every answer takes, milliseconds; may be changed at any time. */
	delay: number;
	/** How often each folder was listed, by its path without slashes around it. */
	readonly listings: ReadonlyMap<string, number>;
	/** How often the first bytes of each file were asked for, by path. */
	readonly openings: ReadonlyMap<string, number>;
}

/** Serves the folder with listings as nginx writes them in JSON; `delay` in milliseconds. */
export async function startSlowWeb(root: string, { delay }: { readonly delay: number }): Promise<SlowWeb> {
	const [listings, openings] = [new Map<string, number>(), new Map<string, number>()];
	const count = (counts: Map<string, number>, path: string) => counts.set(path, (counts.get(path) ?? 0) + 1);
	const answer = async (request: IncomingMessage, response: ServerResponse) => {
		await sleep(web.delay);
		const path = decodeURIComponent(new URL(request.url ?? "/", "http://any").pathname).replace(/^\/|\/$/g, "");
		const facts = await stat(join(root, path)).catch(() => null);
		if (facts === null) return void response.writeHead(404).end();
		if (facts.isDirectory()) {
			count(listings, path);
			response.writeHead(200, { "content-type": "application/json" }).end(await indexOf(join(root, path)));
			return;
		}
		const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
		const [start, end] = [Number(range?.[1] ?? 0), Math.min(Number(range?.[2] || facts.size), facts.size - 1)];
		if (request.method === "GET" && start === 0) count(openings, path);
		response.writeHead(range ? 206 : 200, {
			"accept-ranges": "bytes",
			"content-length": end - start + 1,
			"last-modified": facts.mtime.toUTCString(),
			...(range ? { "content-range": `bytes ${start}-${end}/${facts.size}` } : {}),
		});
		if (request.method === "HEAD") response.end();
		else createReadStream(join(root, path), { start, end }).pipe(response);
	};
	const server = createServer((request, response) => {
		answer(request, response).catch(() => response.destroy());
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const web: SlowWeb = {
		delay,
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
		listings,
		openings,
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
	return web;
}

async function indexOf(folder: string): Promise<string> {
	const entries = await readdir(folder, { withFileTypes: true });
	const rows = entries.map(async (entry) => {
		const { mtime, size } = await stat(join(folder, entry.name));
		const facts = { name: entry.name, mtime: mtime.toUTCString() };
		return entry.isDirectory() ? { ...facts, type: "directory" } : { ...facts, type: "file", size };
	});
	return JSON.stringify(await Promise.all(rows));
}
