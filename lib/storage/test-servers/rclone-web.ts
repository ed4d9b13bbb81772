import { freePort, programOf, startServer } from "./server-process.ts";
import { makeWebFolder, type WebServer } from "./web-server.ts";

export const rclone = programOf("rclone");

/**
 * `rclone serve webdav`, which answers as golang.org/x/net/webdav does, or `rclone serve http` with an index in HTML. It keeps
 * no log of requests. What it saw of folders it believes until it is made to forget it: without, it lists a folder anew for
 * every file in it.
 */
export async function startRcloneWeb(protocol: "webdav" | "http"): Promise<WebServer> {
	const folder = await makeWebFolder("rclone");
	const [port, control] = [await freePort(), await freePort()];
	const args = [
		"serve",
		protocol,
		folder.root,
		"--addr",
		`127.0.0.1:${port}`,
		"--dir-cache-time",
		"1h",
		"--read-only",
		"--rc",
		"--rc-no-auth",
		"--rc-addr",
		`127.0.0.1:${control}`,
	];
	const all = [rclone ?? "rclone", ...args, "--config", "", "--cache-dir", folder.home];
	// Root may read everything.
	const program =
		process.getuid?.() === 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", ...all] : all;
	const running = await startServer({ program: program[0] ?? "", args: program.slice(1), port });
	return {
		url: `http://127.0.0.1:${port}/`,
		root: folder.root,
		forget: async () => {
			const answer = await fetch(`http://127.0.0.1:${control}/vfs/forget`, { method: "POST" });
			const text = await answer.text();
			if (!answer.ok) throw new Error(`rclone does not forget what it saw: ${text}`);
		},
		[Symbol.asyncDispose]: async () => {
			await running[Symbol.asyncDispose]();
			await folder[Symbol.asyncDispose]();
		},
	};
}
