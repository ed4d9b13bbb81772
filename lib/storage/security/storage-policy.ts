import { realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { hasCode, StorageError } from "#lib/errors.ts";
import type { StorageConfig } from "#lib/storage/config.ts";
import { assertWithin, type NetworkPolicy } from "./network-policy.ts";

/** Where storages may be. Configuring or opening one asks `withinPolicy` first. */
export interface StoragePolicy {
	/** undefined: remote storages may be at any address. */
	readonly network: NetworkPolicy | undefined;
	/** Absolute folders that local storages must lie in; undefined: they may be anywhere. */
	readonly roots: readonly string[] | undefined;
}

interface Allowed {
	/** What the dashboard listens on. */
	readonly host: string;
	/** null: not configured. */
	readonly allowedHosts: readonly string[] | null;
	readonly allowedRoots: readonly string[] | null;
}

/**
 * The default policy: everything while only this machine reaches the dashboard, else no local storage and no address
 * of the server itself or of its link.
 */
export function storagePolicyOf({ host, allowedHosts, allowedRoots }: Allowed): StoragePolicy {
	const isOpen = isLoopback(host);
	return {
		network: allowedHosts === null && isOpen ? undefined : { allowedHosts: allowedHosts ?? [] },
		roots: allowedRoots === null && isOpen ? undefined : (allowedRoots ?? []),
	};
}

function isLoopback(host: string): boolean {
	return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}

/**
 * Returns the configuration to open: a local root with all its links resolved, so that a link set later leads
 * nowhere else. Names of hosts are for `lookupWithin`, when they are resolved.
 * @throws StorageError `forbidden` when it is out of bounds.
 */
export async function withinPolicy<C extends StorageConfig>(config: C, { network, roots }: StoragePolicy): Promise<C> {
	if (config.type !== "local") {
		const host = hostOf(config);
		if (host !== null) assertWithin(network, host);
		return config;
	}
	if (roots === undefined) return config;
	const root = await resolveLinks(config.root);
	for (const allowed of roots) {
		if (isWithin(root, await resolveLinks(allowed))) return { ...config, root };
	}
	throw new StorageError(
		"forbidden",
		"",
		roots.length === 0
			? `${config.root} cannot be a storage: the dashboard listens on more than this machine, and no folder is allowed yet. List the allowed folders in EOSYNC_ALLOWED_ROOTS.`
			: `${config.root} is outside the folders that EOSYNC_ALLOWED_ROOTS allows: ${roots.join(", ")}.`,
	);
}

/** The allowed folders without links, as links of a local storage are compared with them; undefined: they may lead anywhere. */
export async function realRoots({ roots }: StoragePolicy): Promise<readonly string[] | undefined> {
	return roots === undefined ? undefined : Promise.all(roots.map(resolveLinks));
}

function hostOf(config: Exclude<StorageConfig, { type: "local" }>): string | null {
	switch (config.type) {
		case "ftp":
		case "sftp":
			return config.host;
		case "s3":
			return config.endpoint === undefined ? null : new URL(config.endpoint).hostname;
		case "http":
		case "rasdaman":
			return new URL(config.url).hostname;
	}
}

/** Resolves as much of the path as exists: a folder may be missing or not mounted. */
async function resolveLinks(path: string): Promise<string> {
	const absolute = resolve(path);
	try {
		return await realpath(absolute);
	} catch (error) {
		if (hasCode(error, "ENOENT", "ENOTDIR") && dirname(absolute) !== absolute)
			return join(await resolveLinks(dirname(absolute)), basename(absolute));
		throw new StorageError("forbidden", "", `${path} cannot be examined, so it cannot be a storage.`, { cause: error });
	}
}

function isWithin(path: string, folder: string): boolean {
	const way = relative(folder, path);
	return way === "" || (way !== ".." && !/^\.\.[\\/]/.test(way) && !isAbsolute(way));
}
