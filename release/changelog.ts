import { UsageError } from "#lib/errors.ts";

const open = "## Unreleased";

/** What is noted for the next release; the sections of [Keep a Changelog](https://keepachangelog.com), without their heading. */
export function unreleased(changelog: string): string {
	const [, after] = changelog.split(`${open}\n`);
	if (after === undefined) throw new UsageError(`CHANGELOG.md has no heading "${open}".`);
	return (after.split(/^## /m)[0] ?? "").trim();
}

/** The changelog with all that was unreleased under the version and its day. */
export function withVersion(changelog: string, version: string, day: string): string {
	if (unreleased(changelog) === "")
		throw new UsageError("CHANGELOG.md has nothing unreleased: there is nothing to release.");
	if (new RegExp(`^## ${version.replaceAll(".", "\\.")}( |$)`, "m").test(changelog))
		throw new UsageError(`CHANGELOG.md has ${version} already.`);
	return changelog.replace(open, `${open}\n\n## ${version} - ${day}`);
}

const parts: readonly string[] = ["major", "minor", "patch"];

/** The version that is asked for: a part to be raised, or the version itself, which must be a later one. */
export function nextVersion(current: string, asked: string): string {
	const numbers = numbersOf(current);
	const part = parts.indexOf(asked);
	if (part >= 0) return numbers.map((n, i) => (i < part ? n : i === part ? n + 1 : 0)).join(".");
	const wanted = numbersOf(asked);
	const first = wanted.findIndex((n, i) => n !== numbers[i]);
	if (first < 0 || (wanted[first] ?? 0) < (numbers[first] ?? 0))
		throw new UsageError(`${asked} is no later version than ${current}.`);
	return asked;
}

function numbersOf(version: string): readonly number[] {
	const found = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.exec(version);
	if (found === null) throw new UsageError(`${version} is no version: major, minor, patch, or one such as 1.2.3.`);
	return found.slice(1).map(Number);
}
