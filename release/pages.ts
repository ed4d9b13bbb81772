import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

/**
 * Next writes the path below which it answers into its files. A release is built with this mark instead of a path, as no other text
 * holds it; then the mark is taken out, and its places are kept for installations below a path (`lib/cli/serving/release-pages.ts`).
 */
export const basePathMark = "/eosync-base-path-of-this-installation";
const marks = new RegExp(`(\\\\*)${basePathMark}`, "g");

/** Next's own server with what it needs, and nothing of the build's machine. */
export function assemblePages(root: string, target: string): void {
	const built = join(root, ".next");
	const standalone = join(built, "standalone");
	for (const path of [".next", "node_modules", "server.js"]) {
		// Next links packages; npm drops links. Its pictures are ours as they are: no program that makes others is needed.
		const filter = (source: string) => !/\.map$|\.nft\.json$|\/node_modules\/(@img|sharp)$/.test(source);
		cpSync(join(standalone, path), join(target, path), { recursive: true, dereference: true, filter });
	}
	cpSync(join(built, "static"), join(target, ".next/static"), { recursive: true });
	writeFileSync(join(target, "package.json"), JSON.stringify({ private: true, type: "module" }));
	for (const file of filesOf(target)) forgetMachine(join(target, file), root);
	const places = takeMarksOut(target);
	if (Object.keys(places).length === 0)
		throw new Error("The build holds no mark of the base path: it cannot be moved.");
	writeFileSync(join(target, "base-path.json"), JSON.stringify(places));
}

/** The checkout's own build serves at the root from now on, for `npm start` and the tests in a browser. */
export function settleBuild(root: string): void {
	rmSync(join(root, ".next/standalone"), { recursive: true });
	takeMarksOut(join(root, ".next"));
}

/** Where a mark was: after so many characters of what remains, its slash behind so many backslashes, as in regular expressions. */
type Place = readonly [at: number, backslashes: number];

/** Removes the marks. @returns their places by file, in order */
function takeMarksOut(folder: string): Readonly<Record<string, readonly Place[]>> {
	const places: Record<string, readonly Place[]> = {};
	for (const file of filesOf(folder)) {
		const path = join(folder, file);
		const bytes = readFileSync(path);
		if (!bytes.includes(basePathMark)) continue;
		const text = bytes.toString("utf8");
		if (!Buffer.from(text).equals(bytes)) throw new Error(`${file} holds the base path, and is no text.`);
		const found: Place[] = [];
		let removed = 0;
		const rest = text.replace(marks, (mark, backslashes: string, at: number) => {
			found.push([at - removed, backslashes.length]);
			removed += mark.length;
			return "";
		});
		places[file] = found;
		writeFileSync(path, rest);
	}
	return places;
}

/** Not those of packages, and nothing that is built anew. */
function filesOf(folder: string): readonly string[] {
	const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
	const files = entries
		.filter((entry) => entry.isFile())
		.map((entry) => relative(folder, join(entry.parentPath, entry.name)));
	return files.filter((file) => !/(^|\/)(node_modules|cache)\//.test(file)).sort();
}

function forgetMachine(path: string, root: string): void {
	const text = readFileSync(path);
	if (text.includes(root)) writeFileSync(path, text.toString("utf8").replaceAll(root, "/eosync"));
}
