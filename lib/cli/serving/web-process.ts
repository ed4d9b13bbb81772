import { join } from "node:path";
import { installation, isRelease, moduleFile } from "#lib/installation.ts";
import type { Service } from "#lib/jobs/supervise.ts";
import { version } from "#lib/version.ts";
import { releasePages } from "./release-pages.ts";
import { claimCopy } from "./used-copies.ts";

/** Imported before Next. The first one, so that what the pages' bundler made of it finds the program's files. */
const first = [
	"installation.ts",
	"jobs/end-with-parent.ts",
	"access/request/request-address.ts",
	"access/request/answer-length.ts",
	"access/request/stac-address.ts",
];

export interface WebOptions {
	readonly host: string;
	readonly port: number;
	/** EOSYNC_HOME. */
	readonly home: string;
	/** The path of the public address. */
	readonly basePath: string;
}

/** The process that serves the pages and the APIs: of a checkout as Next starts it, of a release by the server that Next made for it. */
export function webProcess({ host, port, home, basePath }: WebOptions, env: Readonly<Record<string, string>>): Service {
	const imports = first.flatMap((source) => ["--import", moduleFile(source)]);
	const next = join(installation, "node_modules/next/dist/bin/next");
	const pages = isRelease ? pagesOfRelease(home, basePath) : null;
	const program = pages === null ? [next, "start", "-H", host, "-p", String(port)] : [join(pages.folder, "server.js")];
	const compiled = pages === null ? {} : { NODE_COMPILE_CACHE: pages.compiled };
	return {
		name: "web",
		options: [...imports, ...program],
		env: { ...env, ...compiled, EOSYNC_BASE_PATH: basePath, HOSTNAME: host, NEXT_TELEMETRY_DISABLED: "1" },
		// Open event streams keep Next from ending by itself; it holds nothing that could be lost.
		grace: 1500,
	};
}

/** A third of what a start takes is compiling: what was made is kept. A checkout is built and started by Next, which knows better. */
function pagesOfRelease(home: string, basePath: string): { readonly folder: string; readonly compiled: string } {
	const own = join(installation, "web");
	const folder = releasePages(own, basePath, join(home, "pages"));
	// `compile-cache.js` knows the place as well.
	claimCopy(join(home, "compiled"), version);
	return { folder, compiled: folder === own ? join(home, "compiled", version) : join(folder, "compiled") };
}
