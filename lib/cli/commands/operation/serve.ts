import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { parseRoleRules } from "#lib/access/sign-in/oidc-roles.ts";
import { hasUsers } from "#lib/access/users.ts";
import { connectCatalog } from "#lib/catalog/database/connect.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { isOutage } from "#lib/catalog/database/outage.ts";
import { noteServed } from "#lib/catalog/publications/served.ts";
import { exitStatuses } from "#lib/cli/exit-status.ts";
import { nodeFlags } from "#lib/cli/node-flags.ts";
import { outputIsLog, print, warn } from "#lib/cli/output/output.ts";
import { requireSecret } from "#lib/cli/require-secret.ts";
import { buildDashboard } from "#lib/cli/serving/build-dashboard.ts";
import { choosePort, parsePort } from "#lib/cli/serving/port.ts";
import { webProcess } from "#lib/cli/serving/web-process.ts";
import { basePathOf, dashboardUrl, type Env, readEnv } from "#lib/env.ts";
import { messageOf } from "#lib/errors.ts";
import { isRelease, moduleFile } from "#lib/installation.ts";
import { again, type Service, type SuperviseOptions, supervise } from "#lib/jobs/supervise.ts";
import { openLog } from "#lib/telemetry/log.ts";
import { announceSetUp } from "./users.ts";

interface ServeOptions {
	readonly host?: string;
	readonly port?: number;
	readonly worker: boolean;
	readonly withoutCredentials?: true;
}

export function serveCommand(): Command {
	return new Command("serve")
		.summary("the dashboard and a worker")
		.description(
			"Starts the database (unless DATABASE_URL names one), the dashboard and one worker, and keeps them running.",
		)
		.option("--host <HOST>", "address to listen on (default: HOST, else 127.0.0.1)")
		.option("--port <PORT>", "port to listen on; 0: any free one (default: PORT, else 3000)", parsePort)
		.option("--without-credentials", "start although stored credentials cannot be opened, to enter them anew")
		.option("--no-worker", "only the dashboard: workers run elsewhere")
		.action(async (options: ServeOptions) => {
			const env = readEnv();
			const host = options.host ?? env.host;
			const port = await choosePort(host, options.port ?? env.port);
			await serve(env, { host, port, worker: options.worker, withoutCredentials: options.withoutCredentials ?? false });
		});
}

export interface Listen {
	readonly host: string;
	readonly port: number;
	/** false: workers run elsewhere. */
	readonly worker?: boolean;
	/** Start although the secret at hand does not open stored credentials. */
	readonly withoutCredentials?: boolean;
}

/** Everything that makes up a running eosync, until the process is to end; then all of it ends in order. */
export async function serve(env: Env, listen: Listen): Promise<void> {
	outputIsLog();
	const stop = listenForStop();
	const options = { signal: stop, logs: join(env.home, "logs"), say: await statusLog(env) };
	// What it needs it must find at the start; later, a full disk or a database that is gone is waited for.
	let hasServed = false;
	const serveOnce = async () => {
		await serveOnDatabase(env, listen, options, () => {
			hasServed = true;
		});
		return "The embedded database is gone.";
	};
	await again(serveOnce, { ...options, passes: (error) => hasServed && isOutage(error) });
}

/** People read lines; programs that collect logs get them as those of all processes. */
async function statusLog({ logLevel, secret, metricsToken }: Env): Promise<(line: string) => void> {
	if (process.stderr.isTTY) return warn;
	const secrets = [secret, metricsToken];
	const log = await openLog({ name: "serve", level: logLevel, secrets, output: process.stderr });
	return (line) => log.warn(line);
}

/** Returns when asked to end, or when the embedded database is gone and everything must begin anew. */
async function serveOnDatabase(
	env: Env,
	listen: Listen,
	options: SuperviseOptions,
	onServing: () => void,
): Promise<void> {
	if (env.oidc !== null) parseRoleRules(env.oidc.roles);
	await using database = await connectCatalog(env, { applicationName: "eosync serve", max: 2, signal: options.signal });
	if (!listen.withoutCredentials) await requireSecret(database, env);
	if (!isRelease) await buildDashboard({ ...options, basePath: basePathOf(env.url) });
	await noteServed(database, env);
	onServing();
	const lost = new AbortController();
	const signal = AbortSignal.any([options.signal, lost.signal]);
	const services = servicesOn(database, env, listen).map((service) => supervise(service, { ...options, signal }));
	void announce(database, { ...env, ...listen }, signal).catch((error: unknown) => options.say(messageOf(error)));
	if (env.databaseUrl === null) void watchDatabase(database, signal).then(() => lost.abort());
	await Promise.all(services);
}

function servicesOn(
	database: Database,
	{ home, url }: Env,
	{ host, port, worker = true, withoutCredentials = false }: Listen,
): readonly Service[] {
	const env = { DATABASE_URL: database.url, EOSYNC_HOME: home, HOST: host, PORT: String(port), NODE_ENV: "production" };
	const services = [
		webProcess({ host, port, home, basePath: basePathOf(url) }, env),
		{
			name: "worker",
			options: [
				...nodeFlags,
				moduleFile("cli/main.js"),
				"worker",
				...(withoutCredentials ? ["--without-credentials"] : []),
			],
			env,
			grace: 10_000,
		},
	];
	return services.filter(({ name }) => worker || name !== "worker");
}

/** Says where the dashboard is, as soon as it answers; while there is no user, also how there comes to be one. */
async function announce(database: Database, env: Env, signal: AbortSignal): Promise<void> {
	const here = `${dashboardUrl({ ...env, url: null })}${basePathOf(env.url)}`;
	while (!signal.aborted) {
		if (await isAnswered(here)) {
			await print(`eosync is ready: ${dashboardUrl(env)} (Ctrl-C ends it)`);
			if (!(await hasUsers(database))) await announceSetUp(database, dashboardUrl(env));
			return;
		}
		await sleep(50, undefined, { signal }).catch(() => {});
	}
}

/** By `node:http`, because loading `fetch` takes longer than everything else that this process does meanwhile. */
async function isAnswered(url: string): Promise<boolean> {
	const asked = get(url, { agent: false, timeout: 5000 });
	asked.on("timeout", () => asked.destroy());
	try {
		const [answer] = (await once(asked, "response")) as [IncomingMessage];
		answer.resume();
		return (answer.statusCode ?? 500) < 500;
	} catch {
		return false;
	}
}

/** Resolves when the database has not answered several times in a row, or the signal aborts. */
async function watchDatabase({ sql }: Database, signal: AbortSignal): Promise<void> {
	for (let failures = 0; failures < 3 && !signal.aborted; ) {
		await sleep(1000, undefined, { signal }).catch(() => {});
		failures = await sql`select`.then(
			() => 0,
			() => failures + 1,
		);
	}
}

/** Aborts at the first signal to end; a second Ctrl-C ends this process, and with it its children, at once. */
function listenForStop(): AbortSignal {
	const stop = new AbortController();
	let since: number | null = null;
	const end = (status: number) => () => {
		const again = status === exitStatuses.interrupted && since !== null && Date.now() - since > 300;
		if (again) process.exit(status);
		if (since === null) process.exitCode = status;
		since ??= Date.now();
		stop.abort();
	};
	process.on("SIGINT", end(exitStatuses.interrupted));
	process.on("SIGTERM", end(exitStatuses.ok)).on("SIGHUP", end(exitStatuses.ok));
	return stop.signal;
}
