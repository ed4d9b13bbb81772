/**
 * Imported first by programs that another process of eosync starts: when that process is gone, however it went, this
 * one ends as well. Does nothing without a channel to a parent.
 */

/** To end in order, milliseconds. */
const patience = 10_000;

process.once("disconnect", () => {
	process.kill(process.pid, "SIGTERM");
	setTimeout(() => process.exit(1), patience).unref();
});
// Listening alone would keep a finished process alive.
process.channel?.unref();
