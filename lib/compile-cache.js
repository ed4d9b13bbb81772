import { existsSync, readFileSync } from "node:fs";
import { constants, enableCompileCache } from "node:module";
import { join } from "node:path";

// Most of a short command's time goes into compiling what it imports: keep that, where the checkout or release may be written, else in a home
// that is there. To be imported first, by JavaScript: Node loads its compiler of TypeScript, 40 ms and 14 MB, for a file that is not kept.
const { status } = enableCompileCache(join(import.meta.dirname, "../node_modules/.cache/eosync-compiled"));
// biome-ignore lint/style/noProcessEnv: nothing of the program is loaded yet
const home = process.env.EOSYNC_HOME || ".eosync";
if (status === constants.compileCacheStatus.FAILED && existsSync(home)) {
	// By versions: `serve` removes those of others.
	const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8"));
	enableCompileCache(join(home, "compiled", version));
}
