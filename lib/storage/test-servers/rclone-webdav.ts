import { freePort, programOf, startServer } from "./server-process.ts";
import { makeWebFolder, type WebServer } from "./web-server.ts";

export const rclone = programOf("rclone");

interface RcloneOptions {
	/** How long it believes what it saw of folders: not at all, as they change under it. */
	readonly dirCache?: string;
}

/** `rclone serve webdav`, which answers as golang.org/x/net/webdav does. It keeps no log of requests. */
export async function startRcloneWebdav({ dirCache = "0s" }: RcloneOptions = {}): Promise<WebServer> {
	const folder = await makeWebFolder("rclone");
	const port = await freePort();
	const args = [
		"serve",
		"webdav",
		folder.root,
		"--addr",
		`127.0.0.1:${port}`,
		"--dir-cache-time",
		dirCache,
		"--read-only",
	];
	const all = [rclone ?? "rclone", ...args, "--config", "", "--cache-dir", folder.home];
	// Root may read everything.
	const program =
		process.getuid?.() === 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", ...all] : all;
	const running = await startServer({ program: program[0] ?? "", args: program.slice(1), port });
	return {
		url: `http://127.0.0.1:${port}/`,
		root: folder.root,
		[Symbol.asyncDispose]: async () => {
			await running[Symbol.asyncDispose]();
			await folder[Symbol.asyncDispose]();
		},
	};
}
