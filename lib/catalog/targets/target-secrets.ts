import type { targets } from "#lib/catalog/schema/target-schema.ts";
import { type Key, seal, unseal } from "#lib/catalog/secrets/sealing.ts";
import { UsageError } from "#lib/errors.ts";
import type { TargetInput } from "./target-inputs.ts";

/** A target's password: sealed for its name and the server it was entered for. */

export type StoredTarget = Pick<typeof targets.$inferSelect, "name" | "url" | "sealed">;

/** The address without its password, and the password that it or the input has. undefined: nothing was said of it; null: there is none. */
export function splitUrl({ url, password }: Pick<TargetInput, "url" | "password">): {
	readonly url: string;
	readonly password: string | null | undefined;
} {
	const parsed = new URL(url);
	const inUrl = parsed.password === "" ? undefined : unescaped(parsed.password);
	parsed.password = "";
	return { url: parsed.href, password: password === undefined ? inUrl : password };
}

/** People also write a password with a % that stands for itself: then it is taken as it is. */
function unescaped(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

/**
 * For the column. @throws UsageError when a password would go to another server than it was entered for.
 */
export function sealPassword(
	{ name, url }: Pick<StoredTarget, "name" | "url">,
	password: string | null | undefined,
	{ before, keys }: { readonly before: StoredTarget | null; readonly keys: readonly Key[] },
): string | null {
	if (password === null) return null;
	if (password === undefined) {
		if (before?.sealed == null) return null;
		requireSameServer({ name, url }, before, true);
		return before.sealed;
	}
	const [key] = keys;
	if (key === undefined) throw new Error("nothing to seal with");
	const known = before?.sealed == null ? null : unseal(before.sealed, [key], purposeOf({ name, url }));
	return known?.ok && known.text === password
		? (before?.sealed ?? null)
		: seal(password, key, purposeOf({ name, url }));
}

/** The address with its password: for connecting, and for nothing else. @throws UsageError when it cannot be opened. */
export function openUrl(target: StoredTarget, keys: readonly Key[]): string {
	if (target.sealed === null) return target.url;
	const result = unseal(target.sealed, keys, purposeOf(target));
	if (!result.ok) {
		const why =
			result.why === "key"
				? "was sealed with another EOSYNC_SECRET"
				: "was altered, or belongs to another target or address";
		throw new UsageError(
			`The password of the target ${target.name} ${why}; enter it again on the Targets page or in the configuration file.`,
		);
	}
	const url = new URL(target.url);
	url.password = encodeURIComponent(result.text);
	return url.href;
}

/** The same password, sealed with the first of the keys. @throws UsageError when it cannot be opened. */
export function sealTargetAnew(target: StoredTarget, keys: readonly Key[]): string | null {
	const password = decodeURIComponent(new URL(openUrl(target, keys)).password);
	return sealPassword(target, password === "" ? null : password, { before: null, keys });
}

/** @throws UsageError when a password that is kept would go to another server than it was entered for. */
export function requireSameServer(
	target: Pick<StoredTarget, "name" | "url">,
	before: Pick<StoredTarget, "name" | "url">,
	hasPassword: boolean,
): void {
	if (!hasPassword || purposeOf(before) === purposeOf(target)) return;
	throw new UsageError(
		`The target ${target.name} is at another address now: enter its password again, or remove it. Secrets are kept only for the server they were entered for.`,
	);
}

function purposeOf({ name, url }: Pick<StoredTarget, "name" | "url">): string {
	const { hostname, port, searchParams } = new URL(url);
	return JSON.stringify([
		"target secret",
		name,
		searchParams.get("host"),
		hostname,
		port || "5432",
		searchParams.get("sslmode"),
	]);
}
