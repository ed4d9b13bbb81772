import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort, programOf, startServer } from "./server-process.ts";
import { type LoggingWebServer, makeWebFolder } from "./web-server.ts";

export const nginx = programOf("nginx");

interface NginxOptions {
	readonly format: "json" | "html";
	/** Who may enter, in the form of htpasswd; left out: all. */
	readonly users?: string;
}

export async function startNginx({ format, users }: NginxOptions): Promise<LoggingWebServer> {
	const folder = await makeWebFolder("nginx");
	const port = await freePort();
	const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
		(name) => `${name}_temp_path ${join(folder.home, name)};`,
	);
	if (users !== undefined) await writeFile(join(folder.home, "users"), users);
	const access = users === undefined ? "" : `auth_basic archive; auth_basic_user_file ${join(folder.home, "users")};`;
	await writeFile(
		join(folder.home, "nginx.conf"),
		[
			"daemon off; worker_processes 1;",
			process.getuid?.() === 0 ? "user nobody nogroup;" : "",
			`pid ${join(folder.home, "pid")}; error_log ${join(folder.home, "error.log")};`,
			"events { worker_connections 256; }",
			"http {",
			...temporary,
			"default_type application/octet-stream; keepalive_requests 100000;",
			'log_format short "$request_method $request_uri $status";',
			`access_log ${folder.log} short;`,
			`server { listen 127.0.0.1:${port}; root ${folder.root};`,
			`location / { autoindex on; autoindex_format ${format}; ${access} } } }`,
		].join("\n"),
	);
	const args = ["-c", join(folder.home, "nginx.conf"), "-e", join(folder.home, "error.log")];
	const running = await startServer({ program: nginx ?? "nginx", args, port });
	return {
		url: `http://127.0.0.1:${port}/`,
		root: folder.root,
		requests: folder.requests,
		[Symbol.asyncDispose]: async () => {
			await running[Symbol.asyncDispose]();
			await folder[Symbol.asyncDispose]();
		},
	};
}
