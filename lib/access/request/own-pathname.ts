import { basePathOf, readEnv } from "#lib/env.ts";

/** What a request asks for below the dashboard's public address, whose path its own begins with where it has one. */
export function ownPathname(url: string, basePath = basePathOf(readEnv().url)): string {
	const { pathname } = new URL(url);
	return pathname.startsWith(`${basePath}/`) ? pathname.slice(basePath.length) : pathname;
}
