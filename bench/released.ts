import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

/** What people install, not the checkout: starting from sources takes half as long again, and each thread keeps some megabytes of them. */
export const releasedProgram = join(root, "dist/lib/cli/main.js");

/** Makes `dist/` of the sources as they are. */
export function makeRelease(): void {
	const { status } = spawnSync(process.execPath, [join(root, "release/build.ts")], {
		stdio: ["ignore", "ignore", "inherit"],
	});
	if (status !== 0) throw new Error("The release that is to be measured could not be built: see npm run build.");
}
