import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort, programOf, startServer } from "./server-process.ts";
import { makeWebFolder, type WebServer } from "./web-server.ts";

export const caddy = programOf("caddy");

/** Caddy, which answers with an index in JSON where it is asked for one, and with one in HTML else. */
export async function startCaddy(): Promise<WebServer> {
	const folder = await makeWebFolder("caddy");
	const port = await freePort();
	const config = join(folder.home, "Caddyfile");
	const site = `http://127.0.0.1:${port} {\n\troot * ${folder.root}\n\tfile_server browse\n}`;
	await writeFile(config, `{\n\tadmin off\n\tauto_https off\n\tstorage file_system ${folder.home}\n}\n${site}\n`);
	const args = ["run", "--config", config, "--adapter", "caddyfile"];
	const all = [caddy ?? "caddy", ...args];
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
