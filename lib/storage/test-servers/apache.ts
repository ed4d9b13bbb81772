import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort, programOf, startServer } from "./server-process.ts";
import { type LoggingWebServer, makeWebFolder } from "./web-server.ts";

export const apache = programOf("apache2");

interface ApacheOptions {
	readonly listing: "html" | "webdav";
}

const modules = [
	"mpm_event",
	"authz_core",
	"authn_core",
	"authn_file",
	"authz_user",
	"auth_basic",
	"dir",
	"autoindex",
	"dav",
	"dav_fs",
];

export async function startApache({ listing }: ApacheOptions): Promise<LoggingWebServer> {
	const folder = await makeWebFolder("apache");
	const port = await freePort();
	await writeFile(
		join(folder.home, "apache.conf"),
		[
			...modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`),
			`ServerRoot ${folder.home}`,
			`Listen 127.0.0.1:${port}`,
			"ServerName 127.0.0.1",
			process.getuid?.() === 0 ? "User nobody\nGroup nogroup" : "",
			`PidFile ${join(folder.home, "pid")}`,
			`ErrorLog ${join(folder.home, "error.log")}`,
			'LogFormat "%m %U%q %>s" short',
			`CustomLog ${folder.log} short`,
			"KeepAlive On",
			"MaxKeepAliveRequests 0",
			`DavLockDB ${join(folder.home, "locks")}`,
			`DocumentRoot ${folder.root}`,
			`<Directory ${folder.root}>`,
			"Options Indexes",
			"Require all granted",
			listing === "webdav" ? "Dav On" : "IndexOptions FancyIndexing ShowForbidden",
			"</Directory>",
		].join("\n"),
	);
	const args = ["-X", "-f", join(folder.home, "apache.conf")];
	const running = await startServer({ program: apache ?? "apache2", args, port });
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
