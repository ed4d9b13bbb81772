import { openDatabase } from "#lib/catalog/database/database.ts";
import { executeRun } from "#lib/sync/execute.ts";

/** A process of its own that works on a run, for tests that kill it: `node child.ts URL RUN`. */
const [url = "", run = ""] = process.argv.slice(2);
await using database = await openDatabase({ url, applicationName: "child" });
await executeRun(database, Number(run), { signal: new AbortController().signal });
