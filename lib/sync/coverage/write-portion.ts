import { type CoverageClass, listedClasses } from "#lib/catalog/coverage/coverage-classes.ts";
import { copyRows } from "#lib/catalog/database/copy.ts";
import type { Transaction } from "#lib/catalog/database/database.ts";
import type { coverageFolders, coverageTotals } from "#lib/catalog/schema/coverage-schema.ts";
import type { Instant } from "#lib/metadata/metadata.ts";
import type { Problem } from "#lib/storage/storage.ts";
import type { ClassifiedFile } from "./classify-folder.ts";
import { rootsOver } from "./covering-sources.ts";
import type { PendingFolder } from "./list-folders.ts";

/** What a look found out about a folder. */
export interface LookedAt {
	readonly pending: PendingFolder;
	/** Paths of its sub-folders. */
	readonly folders: readonly string[];
	readonly files: readonly ClassifiedFile[];
	/** Entries that are no files to look at; null: not known, so that what was known before stays. */
	readonly hidden: number | null;
	readonly links: number | null;
	readonly unclear: number;
	readonly takenFrom: Instant | null;
	/** Its sub-folders belong to a product. */
	readonly holdsProduct: boolean;
	/** Files in sub-folders that its datasets name: folder and base name. */
	readonly members: readonly { readonly directory: string; readonly name: string }[];
}

export interface Portion {
	readonly storageId: number;
	readonly look: number;
	readonly lookedAt: readonly LookedAt[];
	readonly failed: readonly { readonly pending: PendingFolder; readonly problem: Problem }[];
	/** Folders that are not there any more. */
	readonly gone: readonly PendingFolder[];
}

interface Total {
	ownFiles: number;
	ownBytes: number;
	files: number;
	bytes: number;
}

/** Changes of totals, by path and class. */
type Deltas = Map<string, Map<string, Total>>;

/**
 * Puts the results of these folders in the place of what was known of them, and keeps the sums of all folders above true. A dozen
 * statements, however many folders. Returns how many entries were counted.
 */
export async function writePortion(tx: Transaction, portion: Portion): Promise<number> {
	const { storageId, lookedAt, gone } = portion;
	const paths = lookedAt.map(({ pending }) => pending.path);
	const deltas: Deltas = new Map();
	const vanished = await vanishedFolders(tx, portion);
	await subtractSubtrees(tx, storageId, vanished, deltas);
	const before = await tx<Pick<typeof coverageTotals.$inferSelect, "path" | "class" | "ownFiles" | "ownBytes">[]>`
		select path, class, own_files as "ownFiles", own_bytes as "ownBytes" from coverage_totals
		where storage_id = ${storageId} and path = any(${paths}) and own_files > 0`;
	const beforeByPath = Map.groupBy(before, ({ path }) => path);
	let entries = 0;
	for (const folder of lookedAt) {
		const known = beforeByPath.get(folder.pending.path) ?? [];
		const kept = known.filter(
			({ class: one }) => (one === "hidden" ? folder.hidden : one === "links" ? folder.links : 0) === null,
		);
		const now = countsOf(folder);
		for (const [, { files }] of now) entries += files;
		for (const row of known)
			if (!kept.includes(row)) add(deltas, folder.pending.path, row.class, -row.ownFiles, -row.ownBytes);
		for (const [one, { files, bytes }] of now) {
			// Links that were counted before are, where the links themselves were not counted now, followed ones and others.
			if (!kept.some((row) => row.class === one)) add(deltas, folder.pending.path, one, files, bytes);
		}
	}
	await tx`delete from coverage_files where storage_id = ${storageId} and directory = any(${paths})`;
	await copyRows(
		tx,
		"coverage_files",
		fileColumns,
		lookedAt.flatMap((folder) => fileRows(storageId, folder)),
	);
	await writeTotals(tx, storageId, deltas);
	await writeFolders(tx, portion);
	await writePending(tx, portion, gone);
	return entries;
}

function countsOf({
	files,
	hidden,
	links,
	unclear,
}: LookedAt): ReadonlyMap<CoverageClass, { files: number; bytes: number }> {
	const counts = new Map<CoverageClass, { files: number; bytes: number }>();
	const count = (one: CoverageClass, number: number, bytes: number) => {
		if (number === 0) return;
		const known = counts.get(one) ?? { files: 0, bytes: 0 };
		counts.set(one, { files: known.files + number, bytes: known.bytes + bytes });
	};
	for (const { class: one, entry } of files) count(one, 1, entry.size);
	count("hidden", hidden ?? 0, 0);
	count("links", links ?? 0, 0);
	count("unclear", unclear, 0);
	return counts;
}

function add(deltas: Deltas, path: string, one: string, files: number, bytes: number): void {
	const own = totalOf(deltas, path, one);
	own.ownFiles += files;
	own.ownBytes += bytes;
	for (const above of rootsOver(path)) {
		const total = totalOf(deltas, above, one);
		total.files += files;
		total.bytes += bytes;
	}
}

function totalOf(deltas: Deltas, path: string, one: string): Total {
	let byClass = deltas.get(path);
	if (byClass === undefined) {
		byClass = new Map();
		deltas.set(path, byClass);
	}
	let total = byClass.get(one);
	if (total === undefined) {
		total = { ownFiles: 0, ownBytes: 0, files: 0, bytes: 0 };
		byClass.set(one, total);
	}
	return total;
}

/** Folders that were known and are not there any more, none of them within another. */
async function vanishedFolders(tx: Transaction, { storageId, lookedAt, gone }: Portion): Promise<readonly string[]> {
	const parents = lookedAt.map(({ pending }) => pending.path);
	const there = new Set(lookedAt.flatMap(({ folders }) => folders));
	const known = await tx<Pick<typeof coverageFolders.$inferSelect, "path">[]>`
		select path from coverage_folders where storage_id = ${storageId} and parent = any(${parents})`;
	const lost = known.map(({ path }) => path).filter((path) => !there.has(path));
	return [...new Set([...lost, ...gone.map(({ path }) => path)])];
}

async function subtractSubtrees(
	tx: Transaction,
	storageId: number,
	roots: readonly string[],
	deltas: Deltas,
): Promise<void> {
	if (roots.length === 0) return;
	const lost = roots as string[];
	const totals = await tx<Pick<typeof coverageTotals.$inferSelect, "path" | "class" | "files" | "bytes">[]>`
		select path, class, files, bytes from coverage_totals where storage_id = ${storageId} and path = any(${lost})`;
	for (const { path, class: one, files, bytes } of totals) {
		for (const above of rootsOver(path)) {
			if (above === path) continue;
			const total = totalOf(deltas, above, one);
			total.files -= files;
			total.bytes -= bytes;
		}
	}
	await tx`
		with recursive lost(path) as (
			select unnest(${lost}::text[])
			union
			select f.path from lost join coverage_folders f on f.storage_id = ${storageId} and f.parent = lost.path
		), files as (
			delete from coverage_files c using lost where c.storage_id = ${storageId} and c.directory = lost.path
		), totals as (
			delete from coverage_totals c using lost where c.storage_id = ${storageId} and c.path = lost.path
		), pending as (
			delete from coverage_pending c using lost where c.storage_id = ${storageId} and c.path = lost.path
		)
		delete from coverage_folders c using lost where c.storage_id = ${storageId} and c.path = lost.path`;
}

const fileColumns = [
	"storage_id",
	"directory",
	"name",
	"class",
	"size",
	"mtime",
	"etag",
	"inode",
	"sources",
	"pattern",
] as const;

const listed: ReadonlySet<CoverageClass> = new Set(listedClasses);

function fileRows(storageId: number, { pending, files }: LookedAt) {
	return files.flatMap(({ entry, class: one, sources, pattern }) => {
		if (!listed.has(one)) return [];
		const { name, size, mtime, etag, inode } = entry;
		const matching = sources.length === 0 ? null : `{${sources.join(",")}}`;
		return [[storageId, pending.path, name, one, size, mtime, etag, inode, matching, pattern]];
	});
}

async function writeTotals(tx: Transaction, storageId: number, deltas: Deltas): Promise<void> {
	const rows = [...deltas].flatMap(([path, byClass]) =>
		[...byClass].map(([one, total]) => ({ path, class: one, ...total })),
	);
	const changed = rows.filter(({ ownFiles, ownBytes, files, bytes }) => ownFiles || ownBytes || files || bytes);
	if (changed.length === 0) return;
	const column = <Name extends keyof (typeof rows)[number]>(name: Name) => changed.map((row) => row[name]);
	const touched = [...new Set(column("path"))];
	await tx`
		insert into coverage_totals as t (storage_id, path, class, own_files, own_bytes, files, bytes)
		select ${storageId}, d.* from unnest(${column("path")}::text[], ${column("class")}::text[], ${column("ownFiles")}::bigint[],
			${column("ownBytes")}::bigint[], ${column("files")}::bigint[], ${column("bytes")}::bigint[]) d
		on conflict (storage_id, path, class) do update set own_files = t.own_files + excluded.own_files,
			own_bytes = t.own_bytes + excluded.own_bytes, files = t.files + excluded.files, bytes = t.bytes + excluded.bytes`;
	await tx`delete from coverage_totals where storage_id = ${storageId} and path = any(${touched}) and files = 0`;
}

async function writeFolders(tx: Transaction, { storageId, look, lookedAt, failed }: Portion): Promise<void> {
	const rows = [
		...lookedAt.map(({ pending, takenFrom }) => ({ ...pending, at: takenFrom, code: null, message: null })),
		...failed.map(({ pending, problem }) => ({ ...pending, at: null, code: problem.code, message: problem.message })),
	];
	if (rows.length === 0) return;
	const at: (string | null)[] = rows.map((row) => row.at);
	const codes: (string | null)[] = rows.map(({ code }) => code);
	const messages: (string | null)[] = rows.map(({ message }) => message);
	await tx`
		insert into coverage_folders as f (storage_id, path, parent, look, at, taken, code, message)
		select ${storageId}, r.path, r.parent, ${look}, coalesce(r.at, now()), r.at is not null, r.code, r.message
		from unnest(${rows.map(({ path }) => path)}::text[], ${rows.map(({ parent }) => parent)}::text[], ${at}::timestamptz[],
			${codes}::text[], ${messages}::text[]) r(path, parent, at, code, message)
		on conflict (storage_id, path) do update set parent = excluded.parent, look = excluded.look,
			at = case when excluded.code is null then excluded.at else f.at end, taken = excluded.taken, code = excluded.code, message = excluded.message`;
}

async function writePending(
	tx: Transaction,
	{ storageId, lookedAt, failed }: Portion,
	gone: readonly PendingFolder[],
): Promise<void> {
	const done = [...lookedAt.map(({ pending }) => pending), ...failed.map(({ pending }) => pending), ...gone];
	await tx`delete from coverage_pending where id = any(${done.map(({ id }) => id)})`;
	await tx`
		delete from coverage_members where storage_id = ${storageId} and directory = any(${done.map(({ path }) => path)})`;
	// The last one is looked at first: backwards, so that they come in order.
	const below = lookedAt
		.flatMap(({ pending, folders, holdsProduct }) =>
			folders.map((path) => ({ path, parent: pending.path, inProduct: holdsProduct || pending.inProduct })),
		)
		.reverse();
	if (below.length > 0)
		await tx`
			insert into coverage_pending (storage_id, path, parent, in_product)
			select ${storageId}, p.path, p.parent, p.product = 1 from unnest(${below.map(({ path }) => path)}::text[],
				${below.map(({ parent }) => parent)}::text[], ${below.map(({ inProduct }) => (inProduct ? 1 : 0))}::int[])
				with ordinality p(path, parent, product, position)
			order by p.position on conflict do nothing`;
	const members = lookedAt.flatMap((folder) => folder.members);
	if (members.length > 0)
		await tx`
			insert into coverage_members (storage_id, directory, name)
			select ${storageId}, m.* from unnest(${members.map(({ directory }) => directory)}::text[], ${members.map(({ name }) => name)}::text[]) m
			on conflict do nothing`;
}
