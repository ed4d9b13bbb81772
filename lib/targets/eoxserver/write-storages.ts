import type { Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import { fileAt, inAddress, type SeenStorage } from "./places.ts";

/** Our storages as rows of an EOxServer: locations are below them, so that one that moves is one row. */

export interface OwnStorageRow {
	readonly name: string;
	readonly type: "directory" | "HTTP" | "FTP" | "S3";
	readonly url: string;
}

/** Where a file is: which of those rows, and what is below it. */
export interface OwnPlace {
	readonly storage: string;
	readonly location: string;
}

/** The row of one of our storages as the target sees it; null: it has no way to reach one like that. */
function storageRow({ name, root }: Pick<SeenStorage, "name" | "root">): OwnStorageRow | null {
	const own = `eosync:${name}`;
	const bucket = /^\/vsis3\/([^/]+)/.exec(root)?.[1];
	if (bucket !== undefined) return { name: own, type: "S3", url: bucket };
	const [, host, path = ""] = /^((?:https?|ftp):\/\/[^/]*)(.*)$/s.exec(root) ?? [];
	if (host !== undefined)
		return { name: own, type: host.startsWith("ftp:") ? "FTP" : "HTTP", url: `${host}${inAddress(path)}/` };
	return root.startsWith("/") && !root.startsWith("/vsi") ? { name: own, type: "directory", url: root } : null;
}

/** The row of a storage as the target sees it, and where a file with that place is below it; null: it is in none of them. */
export function ownPlace(
	place: string,
	seen: readonly SeenStorage[],
): { readonly row: OwnStorageRow; readonly own: OwnPlace } | null {
	const found = fileAt(place, seen);
	// A member of an archive is no file below a storage.
	if (found === null || place.startsWith("/vsizip/") || place.startsWith("/vsitar/")) return null;
	const row = storageRow(found.storage);
	return row === null ? null : { row, own: { storage: row.name, location: locationIn(row, found) } };
}

function locationIn({ type }: OwnStorageRow, { storage, path }: ReturnType<typeof fileAt> & object): string {
	if (type === "directory") return path;
	if (type !== "S3") return path.split("/").map(encodeURIComponent).join("/");
	const prefix = /^\/vsis3\/[^/]+\/?(.*)$/.exec(storage.root)?.[1] ?? "";
	return prefix === "" ? path : `${prefix}/${path}`;
}

/** Returns their numbers by name; those that are elsewhere now are moved. */
export async function ensureStorages(
	tx: Transaction,
	rows: readonly OwnStorageRow[],
): Promise<ReadonlyMap<string, number>> {
	if (rows.length === 0) return new Map();
	const storages = await tx<{ id: number; name: string }[]>`
		insert into backends_storage as s (name, storage_type, url)
		select name, type, url from jsonb_to_recordset(${json(tx, rows)}) as w(name text, type text, url text)
		on conflict (name) do update set storage_type = excluded.storage_type, url = excluded.url
			where (s.storage_type, s.url) is distinct from (excluded.storage_type, excluded.url)
		returning id, coalesce(name, '') as name`;
	const known = new Map(storages.map(({ id, name }) => [name, id]));
	const others = rows.flatMap(({ name }) => (known.has(name) ? [] : [name]));
	const found = await tx<{ id: number; name: string }[]>`
		select id, name::text as name from backends_storage where name = any(${others}) and name is not null`;
	for (const { id, name } of found) known.set(name, id);
	return known;
}
