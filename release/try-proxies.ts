import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { childEnvironment } from "#lib/env.ts";

/**
 * `deploy/try-proxies`: serves the demonstration by the release in `dist/` below a path, behind each of the proxies of
 * `deploy/proxy` that this machine has, by https, and looks at what gets through.
 */

const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "eosync-proxies-"));
chmodSync(folder, 0o755); // As root the embedded database runs as another user.
const ports = { eosync: 13_480, proxy: 13_443 };
const url = `https://localhost:${ports.proxy}/eosync`;
const certificate = { cert: join(folder, "cert.pem"), key: join(folder, "key.pem") };

interface Proxy {
	readonly name: string;
	readonly program: string;
	/** @param example the file of `deploy/proxy`, made to fit this machine */
	readonly start: (example: string) => readonly string[];
}

const proxies: readonly Proxy[] = [
	{
		name: "nginx.conf",
		program: "/usr/sbin/nginx",
		start: (example) => {
			const whole = `daemon off; pid ${folder}/nginx.pid; error_log stderr; events {} http { access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxied; ${example} }`;
			return ["-c", write("nginx.conf", whole), "-p", folder];
		},
	},
	{
		name: "apache.conf",
		program: "/usr/sbin/apache2",
		start: (example) => {
			const modules = ["mpm_event", "authz_core", "ssl", "socache_shmcb", "proxy", "proxy_http", "headers"]
				.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`)
				.filter((line) => existsSync(String(line.split(" ").at(-1))));
			const own = [
				`ServerRoot ${folder}`,
				"ServerName localhost",
				`PidFile ${folder}/apache.pid`,
				"ErrorLog /dev/stderr",
			];
			const whole = [...modules, ...own, "User www-data", "Group www-data", `Listen ${ports.proxy}`, example].join(
				"\n",
			);
			return ["-D", "FOREGROUND", "-f", write("apache.conf", whole)];
		},
	},
	{
		name: "Caddyfile",
		program: "/usr/bin/caddy",
		start: (example) => {
			const tls = `{\n admin off\n auto_https disable_redirects\n}\n${example.replace("{\n", `{\n\ttls ${certificate.cert} ${certificate.key}\n`)}`;
			return ["run", "--adapter", "caddyfile", "--config", write("Caddyfile", tls)];
		},
	},
];

try {
	const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
	const made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", ...subject];
	execFileSync("openssl", [...made, "-keyout", certificate.key, "-out", certificate.cert], { stdio: "ignore" });
	await serving(eosync(), "eosync is ready", async () => {
		for (const proxy of proxies) await tryProxy(proxy);
	});
} finally {
	rmSync(folder, { recursive: true, force: true });
}

async function tryProxy({ name, program, start }: Proxy): Promise<void> {
	if (!existsSync(program)) return console.log(`– ${name}: ${program} is not on this machine`);
	const example = readFileSync(join(root, "deploy/proxy", name), "utf8")
		.replace(/^#.*\n/gm, "")
		.replaceAll("443", String(ports.proxy))
		.replaceAll(/\S+\.pem/g, certificate.cert)
		.replaceAll(/\S+\.key/g, certificate.key)
		.replaceAll("127.0.0.1:3000", `127.0.0.1:${ports.eosync}`)
		.replaceAll("eo.example.org", name === "Caddyfile" ? `localhost:${ports.proxy}` : "localhost");
	const child = spawn(program, start(example), { stdio: ["ignore", "inherit", "inherit"] });
	const ended = once(child, "exit");
	try {
		await answering(child);
		await lookThrough();
		console.log(`✓ ${name}: pages, scripts, STAC links, a stream, a large body, encoded slashes`);
	} finally {
		child.kill("SIGTERM");
		await ended;
	}
}

async function lookThrough(): Promise<void> {
	const first = await ask("");
	expect(first.headers.location === "/eosync/set-up", `${url} leads to ${first.headers.location}.`);
	expect(first.headers["strict-transport-security"] !== undefined, "It does not know that users come by https.");
	const page = await ask("/set-up");
	const scripts = [...page.body.matchAll(/(?:src|href)="\/eosync(\/_next\/[^"]+)"/g)].map(([, path]) => String(path));
	expect(page.status === 200 && scripts.length > 3, `The page is not complete (status ${page.status}).`);
	for (const path of new Set(scripts)) expect((await ask(path)).status === 200, `${path} is not answered.`);
	const stac = JSON.parse((await ask("/stac")).body);
	const self = stac.links.find(({ rel }: { rel: string }) => rel === "self").href;
	expect(self === `${url}/stac`, `The STAC API says that it is at ${self}.`);
	const other = await ask("-docs");
	expect(
		other.headers["content-security-policy"] === undefined,
		"A path that only begins like ours is passed to eosync.",
	);
	const slash = await ask("/stac/collections/a%2Fb");
	expect(slash.status === 404 && slash.body.includes("NotFound"), `An encoded slash: ${slash.status} ${slash.body}`);
	const large = await ask("/api/v1/sync", { method: "POST", body: Buffer.alloc(5_000_000, 32) });
	// By the proxy (Caddy 2.6 blames us), or by eosync before it has read it.
	expect([401, 413, 502].includes(large.status ?? 0), `A body of 5 MB is answered by status ${large.status}.`);
	const stream = await ask("/stac/changes", { headers: { accept: "text/event-stream" }, begin: true });
	expect(
		stream.body.includes("event:") || stream.body.includes("data:"),
		`The stream says ${stream.body.slice(0, 100)}`,
	);
}

interface Asked {
	readonly method?: string;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: Buffer;
	/** Only the first piece is wanted, of what does not end. */
	readonly begin?: boolean;
}

async function ask(path: string, { method = "GET", headers = {}, body, begin = false }: Asked = {}) {
	const asked = request(`${url}${path}`, {
		method,
		headers,
		ca: readFileSync(certificate.cert),
		agent: false,
		timeout: 20_000,
	});
	// A server that refuses a body may close the connection while it is sent.
	asked.on("timeout", () => asked.destroy(new Error(`${path} is not answered.`)));
	const answered = once(asked, "response") as Promise<[IncomingMessage]>;
	asked.end(body);
	const [answer] = await answered;
	let text = "";
	for await (const chunk of answer) {
		text += String(chunk);
		if (begin && text.includes("\n\n")) break;
	}
	return { status: answer.statusCode, headers: answer.headers, body: text };
}

function eosync(): ChildProcess {
	const options = ["--max-semi-space-size=4", join(root, "dist/lib/cli/launch.js"), "demo"];
	const work = join(folder, "work");
	mkdirSync(work);
	const own = {
		EOSYNC_HOME: join(work, "home"),
		DATABASE_URL: "",
		LOG_LEVEL: "warn",
		PORT: String(ports.eosync),
		EOSYNC_URL: url,
		EOSYNC_PROXIES: "1",
	};
	return spawn(process.execPath, options, {
		cwd: work,
		env: childEnvironment(own),
		stdio: ["ignore", "pipe", "inherit"],
	});
}

async function serving(child: ChildProcess, ready: string, action: () => Promise<void>): Promise<void> {
	const ended = once(child, "exit");
	try {
		let printed = "";
		for await (const chunk of child.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
			printed += String(chunk);
			if (printed.includes(ready)) break;
		}
		expect(printed.includes(ready), `It ended, and said: ${printed}`);
		child.stdout?.resume();
		await action();
	} finally {
		child.kill("SIGTERM");
		await ended;
	}
}

async function answering(child: ChildProcess): Promise<void> {
	for (let attempt = 0; attempt < 100; attempt += 1) {
		if (child.exitCode !== null) throw new Error("The proxy does not start.");
		const found = await ask("/api/health").catch(() => null);
		if (found?.status === 200) return;
		await pause(200);
	}
	throw new Error("Nothing is answered through the proxy.");
}

function write(name: string, text: string): string {
	const path = join(folder, name);
	writeFileSync(path, text);
	return path;
}

function expect(condition: boolean, message: string): void {
	if (!condition) throw new Error(message);
}
