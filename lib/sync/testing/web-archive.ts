import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { saveStorage } from "#lib/catalog/configuration.ts";
import { storageInput } from "#lib/catalog/inputs.ts";
import { type Bench, makeBench } from "./testing.ts";

/** What is asked of the server: a folder's listing, a file's facts, a part of a file. */
export type WebCall = "list" | "head" | "read";

/** How it answers: as it should; not at all; with half of it and then silence; with half of it and a lost connection; 403; 404; 405. */
export type Answer = "well" | "never" | "stalls" | "breaks off" | "forbidden" | "gone" | "not allowed";

/** A folder as a web server shows it (nginx, `autoindex_format json`), which can get stuck. */
export interface WebArchive extends AsyncDisposable {
	readonly url: string;
	/** Default: everything well. Paths have no slash at either end. */
	answer: (call: WebCall, path: string) => Answer;
	/** Whether a listing leaves a name out, as if it were not there. Default: none. */
	hides: (path: string) => boolean;
	/** Resolves when the next request gets stuck. */
	stuck(): Promise<void>;
	/** Requests that got stuck and that the client still waits for. */
	readonly waiting: number;
}

/** A bench whose archive is a storage `web` as well, by such a server. */
export interface WebArchiveBench extends AsyncDisposable {
	readonly bench: Bench;
	readonly server: WebArchive;
}

export async function makeWebArchiveBench(): Promise<WebArchiveBench> {
	const bench = await makeBench();
	const server = await startWebArchive(bench.archive.root);
	await saveStorage(
		bench.database,
		storageInput.parse({ name: "web", type: "http", url: server.url, listing: "json" }),
	);
	const dispose = async () => {
		await server[Symbol.asyncDispose]();
		await bench[Symbol.asyncDispose]();
	};
	return { bench, server, [Symbol.asyncDispose]: dispose };
}

export async function startWebArchive(root: string): Promise<WebArchive> {
	let stuck = Promise.withResolvers<void>();
	const waiting = new Set<ServerResponse>();
	const server = createServer((request, response) => {
		void respond(request, response).catch(() => response.writeHead(404).end());
	});
	const respond = async (request: IncomingMessage, response: ServerResponse) => {
		const path = decodeURIComponent(request.url ?? "").replace(/^\/|\/$/g, "");
		const call = request.method === "HEAD" ? "head" : request.url?.endsWith("/") ? "list" : "read";
		const how = archive.answer(call, path);
		if (how === "forbidden") return void response.writeHead(403).end();
		if (how === "gone") return void response.writeHead(404).end();
		if (how === "not allowed") return void response.writeHead(405).end();
		if (how === "never" || how === "stalls") {
			waiting.add(response.on("close", () => waiting.delete(response)));
			stuck.resolve();
			stuck = Promise.withResolvers();
		}
		if (how === "never") return;
		const file = join(root, path);
		if (call === "list") return finish(response, Buffer.from(JSON.stringify(await listing(file, path))), how);
		const { size, mtime } = await stat(file);
		const [, from = "0", to = String(size - 1)] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? "") ?? [];
		const facts = { "last-modified": mtime.toUTCString(), "accept-ranges": "bytes" };
		if (call === "head") return void response.writeHead(200, { ...facts, "content-length": size }).end();
		const chunks: Buffer[] = [];
		for await (const chunk of createReadStream(file, { start: Number(from), end: Number(to) })) chunks.push(chunk);
		const range = { "content-range": `bytes ${from}-${to}/${size}` };
		finish(
			response.writeHead(206, { ...facts, ...range, "content-length": Number(to) - Number(from) + 1 }),
			Buffer.concat(chunks),
			how,
		);
	};
	const listing = async (folder: string, path: string) =>
		(await listingOf(folder)).filter(({ name }) => !archive.hides(path === "" ? name : `${path}/${name}`));
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const archive: WebArchive = {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
		answer: () => "well",
		hides: () => false,
		stuck: () => stuck.promise,
		get waiting() {
			return waiting.size;
		},
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
	return archive;
}

function finish(response: ServerResponse, content: Buffer, how: Answer): void {
	if (!response.headersSent)
		response.writeHead(200, { "content-type": "application/json", "content-length": content.length });
	if (how === "well") return void response.end(content);
	response.write(content.subarray(0, content.length / 2), () => how === "breaks off" && response.destroy());
}

async function listingOf(folder: string) {
	const entries = await readdir(folder, { withFileTypes: true });
	return Promise.all(
		entries.map(async (entry) => {
			const { size, mtime } = await stat(join(folder, entry.name));
			const type = entry.isDirectory() ? "directory" : "file";
			return { name: entry.name, type, mtime: mtime.toUTCString(), ...(type === "file" ? { size } : {}) };
		}),
	);
}
