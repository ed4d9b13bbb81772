import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { childEnvironment } from "#lib/env.ts";
import { licenceTexts } from "./licences.ts";
import { apart, releaseManifest } from "./manifest.ts";
import { bundleModules } from "./modules.ts";
import { assemblePages, basePathMark, settleBuild } from "./pages.ts";

/**
 * `npm run build`: makes `dist/`, what is released, as an npm package and in the image. The pages are built once, for it and for
 * the checkout itself.
 */

const root = join(import.meta.dirname, "..");
const target = join(root, "dist");

rmSync(target, { recursive: true, force: true });
mkdirSync(target);
buildPages();
assemblePages(root, join(target, "web"));
settleBuild(root);
await bundleModules(root, target);
const lock = readJson("package-lock.json");
write("package.json", `${JSON.stringify(releaseManifest(readJson("package.json"), lock), null, "\t")}\n`);
write("THIRD-PARTY-LICENCES.txt", licenceTexts(root, lock));
copyPackages(apart);
const documents = [
	"NOTICE",
	"README.md",
	"CHANGELOG.md",
	"LICENSE",
	"SECURITY.md",
	"docs",
	"examples",
	"deploy",
	"public",
];
for (const path of documents) cpSync(join(root, path), join(target, path), { recursive: true });
console.log(`The release is in ${target}: npm pack ./dist makes a package of it.`);

function buildPages(): void {
	// Next keeps what it made under another path.
	rmSync(join(root, ".next/standalone"), { recursive: true, force: true });
	const next = [join(root, "node_modules/next/dist/bin/next"), "build"];
	const env = childEnvironment({
		EOSYNC_BASE_PATH: basePathMark,
		EOSYNC_RELEASE: "1",
		NODE_ENV: "production",
		NEXT_TELEMETRY_DISABLED: "1",
		CI: "1",
	});
	const { status } = spawnSync(process.execPath, next, { cwd: root, stdio: "inherit", env });
	if (status !== 0) throw new Error("The pages cannot be built.");
}

/** With what they need, for npm to bundle. */
function copyPackages(names: readonly string[]): void {
	for (const name of names) {
		const path = join("node_modules", name);
		cpSync(join(root, path), join(target, path), { recursive: true });
		copyPackages(Object.keys(readJson(join(path, "package.json")).dependencies ?? {}));
	}
}

function readJson(name: string) {
	return JSON.parse(readFileSync(join(root, name), "utf8"));
}

function write(name: string, text: string): void {
	writeFileSync(join(target, name), text);
}
