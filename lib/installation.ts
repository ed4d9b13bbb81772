import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

/** Kept outside the module: what the pages' bundler makes of it knows no places, and finds here what Node found before. */
const kept = globalThis as typeof globalThis & { eosyncInstallation?: string };
kept.eosyncInstallation ??= nearestPackage(import.meta.dirname);

/** Where the program's own files lie: the folder of a checkout, or of a release, whose modules are bundled into others. */
export const installation: string = kept.eosyncInstallation;

/** A release holds JavaScript in the places of the sources that are started or imported by their file, and no sources. */
export const isRelease: boolean = !existsSync(join(installation, "tsconfig.json"));

/** How people start it: what is installed is on their path, a checkout is asked of npm. */
export const commandName = isRelease ? "eosync" : "npx eosync";

/** The file of a module that is started as a process or thread, or imported by what is bundled. @param source below `lib` */
export function moduleFile(source: string): string {
	return join(installation, "lib", isRelease ? source.replace(/\.ts$/, ".js") : source);
}

export function moduleUrl(source: string): URL {
	return pathToFileURL(moduleFile(source));
}

/** Without a place, in `next dev`, the program is where it was started. */
function nearestPackage(folder: string | undefined): string {
	if (folder === undefined) return process.cwd();
	for (let above = folder; above !== dirname(above); above = dirname(above)) {
		if (existsSync(join(above, "package.json"))) return above;
	}
	throw new Error(`No package.json above ${folder}: the program is not complete.`);
}
