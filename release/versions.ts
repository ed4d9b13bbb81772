import { execFileSync } from "node:child_process";
import { UsageError } from "#lib/errors.ts";

/** Of versions that were released before releases had tags. */
const untagged: Readonly<Record<string, string>> = { "0.1.0": "02a4f7d" };

/** The commit of a released version, of which a tag tells; the history must be here. */
export function commitOf(root: string, version: string): string {
	for (const name of [`v${version}`, untagged[version]]) {
		if (name === undefined) continue;
		try {
			const found = execFileSync("git", ["rev-parse", "--verify", `${name}^{commit}`], { cwd: root, stdio: "pipe" });
			return found.toString().trim();
		} catch {
			// It has no such tag or commit.
		}
	}
	throw new UsageError(
		`The history that is here knows no release ${version}: git fetch --tags --unshallow brings all of it.`,
	);
}
