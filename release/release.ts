import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { childEnvironment } from "#lib/env.ts";
import { messageOf, UsageError } from "#lib/errors.ts";
import { nextVersion, unreleased, withVersion } from "./changelog.ts";
import { billOfMaterials } from "./sbom.ts";
import { commitOf } from "./versions.ts";

/**
 * `npm run release -- minor`: checks, version, changelog, the catalogue that later versions are tried with, package, bill of materials, checksums,
 * notes, commit and tag; nothing leaves this machine. If any of it fails the checkout is as it was.
 */

const root = join(import.meta.dirname, "..");
const usage =
	"npm run release -- major, minor, patch or a version such as 1.2.3 [--without-checks, to try this program itself]";
const released = "lib/operations/testing/released";
/** What a version is written into. */
const changed = [
	"package.json",
	"package-lock.json",
	"CHANGELOG.md",
	"deploy/kubernetes/eosync.yaml",
	"docs/installing.md",
];

// The program that runs gets Ctrl-C as well, and fails: then all is put back.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {});

try {
	await release();
} catch (error) {
	console.error(`✗ ${messageOf(error)}`);
	process.exitCode = error instanceof UsageError ? 2 : 1;
}

async function release(): Promise<void> {
	const { values, positionals } = parse();
	const [asked] = positionals;
	if (asked === undefined || positionals.length > 1) throw new UsageError(usage);
	const { version: current } = readJson("package.json");
	const version = nextVersion(current, asked);
	const changelog = withVersion(read("CHANGELOG.md"), version, new Date().toISOString().slice(0, 10));
	const notes = unreleased(read("CHANGELOG.md"));
	if (git("status", "--porcelain") !== "")
		throw new UsageError("There are changes that are not committed: commit or stash them.");
	if (git("tag", "--list", `v${version}`) !== "") throw new UsageError(`There is a tag v${version} already.`);
	const earlier = readdirSync(join(root, released), { withFileTypes: true }).flatMap((entry) =>
		entry.isDirectory() ? entry.name : [],
	);
	git("var", "GIT_COMMITTER_IDENT"); // The commit comes last: who makes it is asked first.
	if (!values["without-checks"]) requireMeans(earlier);

	const head = git("rev-parse", "HEAD");
	const target = join(root, "releases", version);
	try {
		write("CHANGELOG.md", changelog);
		writeVersion(current, version);
		await makeCatalogue(version);
		const checks = values["without-checks"] ? withoutChecks() : check(earlier);
		rmSync(target, { recursive: true, force: true });
		mkdirSync(target, { recursive: true });
		run("npm", ["pack", "./dist", "--pack-destination", target, "--loglevel", "error"]);
		writeFileSync(join(target, `eosync-${version}.cdx.json`), `${JSON.stringify(billOfMaterials(root), null, "\t")}\n`);
		writeFileSync(join(target, "NOTES.md"), `# eosync ${version}\n\n${notes}\n\n${checks}`);
		writeFileSync(join(target, "SHA256SUMS"), sums(target));
		git("add", "--", released, ...changed);
		git("commit", "--quiet", "-m", `chore(release): ${version}`);
		git("tag", "--annotate", "-m", `eosync ${version}`, `v${version}`);
	} catch (error) {
		git("reset", "--quiet", "--soft", head);
		git("reset", "--quiet", "--", released, ...changed);
		git("checkout", "--quiet", "--", ...changed);
		for (const path of [target, join(root, released, version)]) rmSync(path, { recursive: true, force: true });
		throw error;
	}
	console.log(`\n✓ eosync ${version} is in releases/${version}, committed, and has the tag v${version}. Nothing was sent anywhere: when you are content,
  git push origin HEAD v${version}
  npm publish releases/${version}/eosync-${version}.tgz
To take it back: git tag --delete v${version} && git reset --hard HEAD~1`);
}

function parse() {
	try {
		return parseArgs({ allowPositionals: true, options: { "without-checks": { type: "boolean" } } });
	} catch (error) {
		throw new UsageError(`${messageOf(error)} ${usage}`);
	}
}

function writeVersion(current: string, version: string): void {
	write("package.json", read("package.json").replace(`"version": "${current}"`, `"version": "${version}"`));
	const lock = readJson("package-lock.json");
	lock.version = version;
	lock.packages[""].version = version;
	write("package-lock.json", `${JSON.stringify(lock, null, "\t")}\n`);
	for (const name of ["deploy/kubernetes/eosync.yaml", "docs/installing.md"]) {
		const text = read(name);
		if (!text.includes(current)) throw new Error(`${name} does not name version ${current}.`);
		write(
			name,
			text
				.replaceAll(`eosync:${current}`, `eosync:${version}`)
				.replaceAll(`eosync-${current}.tgz`, `eosync-${version}.tgz`),
		);
	}
}

/** A backup as this version writes it, which the gate restores from now on, and what is found in it. */
async function makeCatalogue(version: string): Promise<void> {
	const folder = join(root, released, version);
	mkdirSync(folder);
	run("bash", [join(root, released, "make-backup.sh"), join(folder, "backup.eosync")]);
	// In the gate nothing is written down, but compared.
	run(process.execPath, [join(root, "node_modules/vitest/vitest.mjs"), "run", "lib/operations/upgrade.test.ts"], {
		CI: "",
	});
	if (!readdirSync(folder).includes("outcomes.txt")) throw new Error("The test of upgrades wrote down no outcomes.");
}

/** What would fail only after an hour is asked first. @throws UsageError */
function requireMeans(earlier: readonly string[]): void {
	if (process.platform !== "linux" || process.arch !== "x64")
		throw new UsageError("A release is made on Linux on x64: npm has the older versions of PostgreSQL for that alone.");
	for (const version of earlier) commitOf(root, version);
}

/**
 * The gate builds the release and tries it; the rest takes too long for it, but less than the gate, and so goes first. Returns what the
 * notes say of the rest.
 */
function check(earlier: readonly string[]): string {
	const upgrades = earlier.map(
		(version) => `## Upgrade from ${version}\n\n${printed("release/try-upgrade.ts", version)}`,
	);
	const servers = `## PostgreSQL\n\n${printed("release/try-postgresql.ts")}`;
	run("npm", ["test"]);
	return [...upgrades, servers].join("\n");
}

function withoutChecks(): string {
	run("npm", ["run", "build"]);
	return "Not checked: this is no release to hand on.\n";
}

function printed(program: string, ...options: readonly string[]): string {
	const { status, stdout } = spawnSync(process.execPath, [program, ...options], {
		cwd: root,
		stdio: ["ignore", "pipe", "inherit"],
		encoding: "utf8",
	});
	console.log(stdout);
	if (status !== 0) throw new Error(`${[program, ...options].join(" ")} failed.`);
	return `\`\`\`\n${stdout}\`\`\`\n`;
}

function sums(folder: string): string {
	const lines = readdirSync(folder)
		.sort()
		.map(
			(name) =>
				`${createHash("sha256")
					.update(readFileSync(join(folder, name)))
					.digest("hex")}  ${name}\n`,
		);
	return lines.join("");
}

function run(program: string, options: readonly string[], env: Readonly<Record<string, string>> = {}): void {
	execFileSync(program, options, { cwd: root, stdio: ["ignore", "inherit", "inherit"], env: childEnvironment(env) });
}

function git(...options: readonly string[]): string {
	return execFileSync("git", options, { cwd: root, stdio: ["ignore", "pipe", "inherit"] })
		.toString()
		.trim();
}

function readJson(name: string) {
	return JSON.parse(read(name));
}

function read(name: string): string {
	return readFileSync(join(root, name), "utf8");
}

function write(name: string, text: string): void {
	writeFileSync(join(root, name), text);
}
