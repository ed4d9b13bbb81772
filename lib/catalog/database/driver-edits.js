import { createHash } from "node:crypto";

/**
 * What eosync changes in postgres.js 3.4.9. It does not expect a statement to be sent to a connection that is about to be
 * found closed, as happens when a server ends and takes several connections with it:
 * - After a socket's error it rejects what was under way, but what comes until the socket is closed waits for ever.
 * - What has not left its buffer then leaves before the next connection's greeting, if at all: it waits for a timer that was
 *   cleared (porsager/postgres#1168, #1209).
 * - A statement that was rejected then counts as under way, and closing waits for it until its time is over.
 * - Nothing handles the failure of what it asks itself of a new connection, and that ends the process.
 *
 * While it copies out it pauses its socket for a slow reader, and only a further read resumes it:
 * - Where the end of the data arrives together with the piece that paused it, there is no further read, and the connection
 *   never answers again.
 * - The same where the reader leaves before the end.
 *
 * And `onsocket` gives `stalled-connections.ts` what it watches: each socket, and whether something waits for the server.
 *
 * To be deleted with a release that corrects them; `database-lost.test.ts` and `copy.test.ts` show whether it does.
 */
const connectionEdits = [
	edit(
		"    incomings = null\n    clearImmediate(nextWriteTimer)\n",
		"    incomings = null\n    clearImmediate(nextWriteTimer)\n    chunk = nextWriteTimer = null\n",
	),
	edit("        return fetchArrayTypes()\n", "        return fetchArrayTypes().catch(error)\n"),
	edit("    !hadError && (query || sent.length) && error(", "    ;(query || sent.length) && error("),
	edit("    closedTime = performance.now()\n", "    query = null\n    closedTime = performance.now()\n"),
	edit(
		"    stream = new Stream.Readable({\n      read() { socket.resume() }\n    })\n",
		"    stream = new Stream.Readable({\n      read() { socket && socket.resume() },\n      destroy(error, callback) { socket && socket.resume(); callback(error) }\n    })\n",
	),
	edit(
		"    stream && (stream.push(x.subarray(5)) || socket.pause())\n",
		"    stream && !stream.destroyed && (stream.push(x.subarray(5)) || socket.pause())\n",
	),
	edit(
		"    stream && stream.push(null)\n    stream = null\n",
		"    stream && !stream.destroyed && stream.push(null)\n    stream = null\n    socket && socket.resume()\n",
	),
	edit(
		"    if (stream)\n      return queryError(q, ",
		"    if (stream && !stream.destroyed)\n      return queryError(q, ",
	),
	edit(
		"  async function cancel(",
		`  function waiting() {
    if (!socket || !(query || sent.length) || socket.isPaused()) return null
    const sending = stream && stream.writable
    if (sending && socket.writableLength === 0) return null
    return { pid: backend.pid, progress: socket.bytesRead + (sending ? socket.bytesWritten - socket.writableLength : 0) }
  }

  async function cancel(`,
	),
	edit(
		"    x.on('drain', drain)\n    return x\n",
		"    x.on('drain', drain)\n    options.onsocket && options.onsocket(x, waiting)\n    return x\n",
	),
];

const optionEdit = edit(
	"    onclose         : o.onclose,\n",
	"    onclose         : o.onclose,\n    onsocket        : o.onsocket,\n",
);

/** What the driver says of itself when it is corrected as this file has it: `driver.ts` asks for it. */
export const driverRevision = createHash("sha256")
	.update(JSON.stringify([connectionEdits, optionEdit]))
	.digest("hex")
	.slice(0, 12);

const mark = edit("Object.assign(Postgres, {\n", `Object.assign(Postgres, {\n  eosync: '${driverRevision}',\n`);

/** By file of the driver's package. The mark comes last, when all else is there. */
const editsByFile = {
	"src/connection.js": connectionEdits,
	"cjs/src/connection.js": connectionEdits,
	"src/index.js": [optionEdit, mark],
	"cjs/src/index.js": [optionEdit, mark],
};

/** @param {string} before @param {string} after */
function edit(before, after) {
	return { before, after };
}

/**
 * The driver's sources with all corrections, by file; those that have some already get the others.
 * @param {(file: string) => string} read
 * @returns {ReadonlyMap<string, string>}
 */
export function correctDriver(read) {
	const corrected = new Map();
	for (const [file, edits] of Object.entries(editsByFile)) {
		let text = read(file).replace(/^ {2}eosync: '[^']*',\n/m, "");
		for (const { before, after } of edits) {
			if (text.includes(after)) continue;
			if (text.split(before).length !== 2)
				throw new Error(`${file} of postgres.js is not the one that these corrections were written for.`);
			text = text.replace(before, () => after);
		}
		corrected.set(file, text);
	}
	return corrected;
}
