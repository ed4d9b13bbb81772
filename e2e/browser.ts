import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { brotliDecompressSync } from "node:zlib";

/** A Chromium that can be started here. */
export interface Browser {
	readonly path: string;
	/** For its environment: the libraries and fonts that came with it. */
	readonly env: Readonly<Record<string, string>>;
}

/** Those with which each of the browsers below runs as root, without a display and without the network. */
export const browserFlags: readonly string[] = [
	"--headless",
	"--no-sandbox",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
];

/** EOSYNC_BROWSER, else the machine's Chromium, else the one that npm installed: the tests need no system package. */
export function findBrowser(): Browser {
	const chosen = process.env.EOSYNC_BROWSER;
	if (chosen) {
		return { path: chosen, env: {} };
	}
	return existsSync("/usr/bin/chromium") ? { path: "/usr/bin/chromium", env: {} } : unpackBrowser();
}

/** Once per installed version (2 s); beside it first, then renamed, so that half of it is never used. */
function unpackBrowser(): Browser {
	const packages = dirname(dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")));
	const { version }: { version: string } = JSON.parse(readFileSync(join(packages, "package.json"), "utf8"));
	const folder = join(import.meta.dirname, "../node_modules/.cache", `eosync-chromium-${version}`);
	if (!existsSync(folder)) {
		const draft = `${folder}.new-${process.pid}`;
		mkdirSync(draft, { recursive: true });
		writeFileSync(join(draft, "chromium"), decompress(join(packages, "bin", "chromium.br")), { mode: 0o755 });
		// swiftshader: the graphics without a GPU; al2023: libnss3 and libnspr4.
		for (const archive of ["swiftshader", "al2023", "fonts"]) {
			untar(decompress(join(packages, "bin", `${archive}.tar.br`)), draft);
		}
		writeFileSync(join(draft, "fonts.conf"), fontsConfiguration(folder));
		putInPlace(draft, folder);
	}
	const env = { LD_LIBRARY_PATH: join(folder, "lib"), FONTCONFIG_FILE: join(folder, "fonts.conf") };
	return { path: join(folder, "chromium"), env };
}

const decompress = (file: string) => brotliDecompressSync(readFileSync(file));

function untar(archive: Buffer, folder: string): void {
	const { status, stderr, error } = spawnSync("tar", ["-x", "-C", folder], { input: archive, encoding: "utf8" });
	if (status !== 0) {
		throw new Error(`The browser could not be unpacked to ${folder}: ${error?.message ?? stderr}`);
	}
}

/** The package's own names folders of one cloud's machines. */
function fontsConfiguration(folder: string): string {
	const folders = [join(folder, "fonts"), "/usr/share/fonts"].map((path) => `<dir>${path}</dir>`).join("");
	return `<?xml version="1.0"?><fontconfig>${folders}<cachedir>${join(folder, "fonts-cache")}</cachedir></fontconfig>`;
}

function putInPlace(draft: string, folder: string): void {
	try {
		renameSync(draft, folder);
	} catch (error) {
		rmSync(draft, { recursive: true, force: true });
		if (!existsSync(folder)) {
			throw error;
		}
	}
}
