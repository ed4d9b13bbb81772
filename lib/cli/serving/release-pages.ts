import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { hasCode } from "#lib/errors.ts";
import { claimCopy, draftOf } from "./used-copies.ts";

/**
 * The folder that the pages of a release are served from: its own, or, where they are to answer below a path, a copy with that
 * path written into it (`release/pages.ts` kept the places), made once per release and path. Next knows its path only while it builds.
 * Copies that no running process uses any more are removed.
 * @param web the folder in the release
 * @param basePath `""` or `"/eosync"`
 * @param copies in EOSYNC_HOME
 */
export function releasePages(web: string, basePath: string, copies: string): string {
	if (basePath === "") {
		claimCopy(copies, null);
		return web;
	}
	const places = readFileSync(join(web, "base-path.json"), "utf8");
	const build = readFileSync(join(web, ".next/BUILD_ID"), "utf8");
	const name = createHash("sha256")
		.update(JSON.stringify([web, build, basePath, places]))
		.digest("hex")
		.slice(0, 16);
	const copy = join(copies, name);
	claimCopy(copies, name);
	if (!existsSync(copy)) {
		const draft = draftOf(copy);
		try {
			copyPages(web, draft);
			for (const [file, at] of Object.entries(JSON.parse(places) as Record<string, readonly Place[]>))
				writeFileSync(join(draft, file), insert(readFileSync(join(draft, file), "utf8"), at, basePath));
			moveInto(draft, copy);
		} finally {
			rmSync(draft, { recursive: true, force: true });
		}
	}
	return copy;
}

type Place = readonly [at: number, backslashes: number];

/** Packages are found where they are. */
function copyPages(web: string, draft: string): void {
	const packages = ["node_modules", ".next/node_modules"];
	cpSync(web, draft, { recursive: true, filter: (source) => !packages.some((path) => source === join(web, path)) });
	for (const path of packages) {
		mkdirSync(dirname(join(draft, path)), { recursive: true });
		symlinkSync(join(web, path), join(draft, path));
	}
}

/** @param at places in `text`, in order: behind so many characters, with so many backslashes before each slash */
export function insert(text: string, at: readonly Place[], basePath: string): string {
	let from = 0;
	const parts = at.map(([place, backslashes]) => {
		const part = text.slice(from, place);
		from = place;
		return part + basePath.replaceAll("/", `${"\\".repeat(backslashes)}/`);
	});
	return [...parts, text.slice(from)].join("");
}

/** Of two processes that do so at once one is first. */
function moveInto(draft: string, copy: string): void {
	try {
		renameSync(draft, copy);
	} catch (error) {
		if (!hasCode(error, "ENOTEMPTY") && !hasCode(error, "EEXIST")) throw error;
	}
}
