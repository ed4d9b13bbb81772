import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { afterAll, beforeAll } from "vitest";
import type { HttpConfig } from "#lib/storage/config.ts";
import type { Hand } from "#lib/storage/conformance/bench.ts";
import { storageConformance } from "#lib/storage/conformance/storage.conformance.ts";
import { apache, startApache } from "#lib/storage/test-servers/apache.ts";
import { caddy, startCaddy } from "#lib/storage/test-servers/caddy.ts";
import { nginx, startNginx } from "#lib/storage/test-servers/nginx.ts";
import { rclone, startRcloneWeb } from "#lib/storage/test-servers/rclone-web.ts";
import { makeWebBench, type WebServer } from "#lib/storage/test-servers/web-server.ts";
import { describeWithServer } from "#lib/storage/test-servers/with-server.ts";
import { HttpStorage } from "./http.ts";

interface Subject {
	readonly name: string;
	readonly program: string | null;
	readonly start: () => Promise<WebServer>;
	readonly hands: readonly Hand[];
	readonly rounded?: boolean;
	/** Default: as it is found out. */
	readonly listing?: HttpConfig["listing"];
	readonly impossibleNames?: readonly string[];
}

const exact: readonly Hand[] = ["mkdir", "rename", "touch", "forbid"];
const rounded: readonly Hand[] = ["mkdir", "rename", "forbid"];

/** Its HTML does not encode percent signs, and loses a space and a byte order mark at the beginning of a name. */
const caddyMisses = [" ", "per%20cent%.tif", "\ufeffbom.tif"];

const subjects: readonly Subject[] = [
	{ name: "nginx, JSON", program: nginx, start: () => startNginx({ format: "json" }), hands: exact },
	{ name: "nginx, HTML", program: nginx, start: () => startNginx({ format: "html" }), hands: rounded, rounded: true },
	{
		name: "Apache, HTML",
		program: apache,
		start: () => startApache({ listing: "html" }),
		hands: rounded,
		rounded: true,
	},
	{ name: "Apache, WebDAV", program: apache, start: () => startApache({ listing: "webdav" }), hands: exact },
	// rclone shows control characters as pictures of them, and a folder it may not read as an empty one.
	{
		name: "rclone, WebDAV",
		program: rclone,
		start: () => startRcloneWeb("webdav"),
		hands: ["mkdir", "rename", "touch"],
		impossibleNames: ["new\nline.tif", "tab\t.tif", "\u0001\u007f.tif"],
	},
	{
		name: "rclone, HTML",
		program: rclone,
		start: () => startRcloneWeb("http"),
		hands: ["mkdir", "rename"],
		rounded: true,
		// Its links lose a name of nothing but a space.
		impossibleNames: [" ", "new\nline.tif", "tab\t.tif", "\u0001\u007f.tif"],
	},
	{ name: "Caddy, JSON", program: caddy, start: startCaddy, hands: exact },
	{
		name: "Caddy, HTML",
		program: caddy,
		start: startCaddy,
		hands: rounded,
		rounded: true,
		listing: "html",
		impossibleNames: caddyMisses,
	},
];

for (const subject of subjects) {
	const { name, program, start, hands, rounded: coarseListings = false, impossibleNames = [], listing } = subject;
	describeWithServer(program, name, () => {
		let server: WebServer;
		beforeAll(async () => {
			server = await start();
		});
		afterAll(() => server?.[Symbol.asyncDispose]());
		storageConformance({
			name: `http (${name})`,
			make: () => makeWebBench(server, listing === undefined ? {} : { listing }),
			makeStalled,
			hands,
			coarseListings,
			impossibleNames,
		});
	});
}

/** A server that accepts connections and never says a word. */
async function makeStalled(): Promise<HttpStorage> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as AddressInfo;
	const storage = new HttpStorage({ type: "http", url: `http://127.0.0.1:${port}/`, listing: "auto", timeout: 0.2 });
	const dispose = storage[Symbol.asyncDispose].bind(storage);
	storage[Symbol.asyncDispose] = async () => {
		await dispose();
		server.close();
	};
	return storage;
}
