import { readVariable } from "#lib/env.ts";

/**
 * Imported first by programs that another process of eosync, or npm, starts: when that process is gone, however it went,
 * this one ends as well, in order. Does nothing for a program that was started otherwise.
 */

/** Milliseconds to end in order. */
const endTimeoutMs = 10_000;
/** How often to look for the parent where it holds no channel to us, milliseconds. */
const interval = 500;

process.once("disconnect", end);
// The supervisor asks whether this process still does anything (`supervise.ts`).
process.on("message", (message) => {
	if (message === "ping" && process.connected) process.send?.("pong", () => {});
});
// Listening alone would keep a finished process alive.
process.channel?.unref();

// npm and npx start programs through a shell that passes no signals on: ended, it leaves an orphan.
if (readVariable("npm_command") !== undefined) {
	const parent = process.ppid;
	const timer = setInterval(() => {
		if (process.ppid === parent) return;
		clearInterval(timer);
		end();
	}, interval).unref();
}

function end(): void {
	process.kill(process.pid, "SIGTERM");
	setTimeout(() => process.exit(1), endTimeoutMs).unref();
}
