import pino from "pino";
import { openDatabase } from "#lib/catalog/database/database.ts";
import { work } from "./worker.ts";

/** A worker in a process of its own, for tests that kill it: `node testing-worker.ts URL`. */
const [url = ""] = process.argv.slice(2);
const stop = new AbortController();
process.on("SIGTERM", () => stop.abort());
await using database = await openDatabase({ url, applicationName: "worker" });
await work(database, {
	concurrency: 1,
	log: pino({ level: "silent" }),
	signal: stop.signal,
	helpAfter: 0,
	helpEvery: 0.1,
});
