import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { HttpConfig } from "#lib/storage/config.ts";
import { HttpStorage } from "#lib/storage/http/http.ts";
import { type LocalBench, makeLocalBench } from "#lib/storage/local/bench.ts";
import { makeServerFolder } from "./server-process.ts";

/** A web server that shows a folder of this machine. */
export interface WebServer extends AsyncDisposable {
	/** Of `root`. */
	readonly url: string;
	readonly root: string;
	/** Makes it look at all folders again; absent where it always does. */
	forget?(): Promise<void>;
}

export interface LoggingWebServer extends WebServer {
	/** `METHOD target` of every request so far, in order. */
	requests(): Promise<readonly string[]>;
}

interface WebFolder {
	readonly root: string;
	/** For configuration, logs and what else the server keeps. */
	readonly home: string;
	readonly log: string;
	requests(): Promise<readonly string[]>;
	[Symbol.asyncDispose](): Promise<void>;
}

/** Folders for a server that logs lines of `METHOD target …`. */
export async function makeWebFolder(name: string): Promise<WebFolder> {
	const folder = await makeServerFolder(name);
	const [root, log] = [join(folder.path, "root"), join(folder.path, "requests.log")];
	await mkdir(root);
	return {
		root,
		log,
		home: folder.path,
		requests: async () =>
			(await readFile(log, "utf8"))
				.split("\n")
				.filter((line) => line !== "")
				.map((line) => line.split(" ").slice(0, 2).join(" ")),
		[Symbol.asyncDispose]: async () => folder[Symbol.asyncDispose](),
	};
}

interface WebBench extends Omit<LocalBench, "storage"> {
	readonly storage: HttpStorage;
}

/** A folder of its own on a server that several tests share. */
export async function makeWebBench(server: WebServer, config: Partial<HttpConfig> = {}): Promise<WebBench> {
	const local = await makeLocalBench(server.root);
	const url = `${server.url}${local.root.slice(server.root.length + 1)}`;
	const storage = new HttpStorage({ type: "http", url, listing: "auto", ...config });
	return {
		...local,
		...(await seenBy(server, local)),
		storage,
		[Symbol.asyncDispose]: async () => {
			await storage[Symbol.asyncDispose]();
			await local[Symbol.asyncDispose]();
		},
	};
}

/** Hands that are done when the server knows what they did. */
async function seenBy({ forget }: WebServer, local: LocalBench): Promise<Partial<LocalBench>> {
	if (forget === undefined) return {};
	const seen =
		<A extends readonly unknown[]>(hand: (...args: A) => Promise<void>) =>
		async (...args: A) => {
			await hand(...args);
			await forget();
		};
	const { write, remove, mkdir, rename, touch } = local;
	await forget();
	return {
		write: seen(write),
		remove: seen(remove),
		...(mkdir && { mkdir: seen(mkdir) }),
		...(rename && { rename: seen(rename) }),
		...(touch && { touch: seen(touch) }),
	};
}
