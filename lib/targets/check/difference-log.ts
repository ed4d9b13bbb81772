import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import type { DifferenceClass, FieldDifference, PushCounts } from "#lib/catalog/targets/target-records.ts";
import type { Footprint } from "#lib/metadata/metadata.ts";
import { baseName, folderOf } from "#lib/paths.ts";
import type { Finding } from "#lib/targets/compare/sides.ts";
import { type DifferenceRow, insertDifferences } from "#lib/targets/difference-rows.ts";
import { fileAt, type SeenStorage } from "#lib/targets/eoxserver/places.ts";

interface Logged {
	readonly number: number;
	readonly class: DifferenceClass;
	readonly finding: Finding;
}

/** Writes down what a check found, a portion at a time, and counts it. What is the same is only counted. */
export class DifferenceLog {
	readonly #counts: { [of in DifferenceClass]?: number } = {};
	readonly #pushId: number;
	readonly #storages: readonly SeenStorage[];
	#number = 0;

	/** @param storages ours as the target sees them, the deepest first */
	constructor(pushId: number, storages: readonly SeenStorage[]) {
		this.#pushId = pushId;
		this.#storages = storages;
	}

	get counts(): PushCounts {
		return { ...this.#counts };
	}

	count(of: DifferenceClass, by = 1): void {
		this.#counts[of] = (this.#counts[of] ?? 0) + by;
	}

	async add(sql: Sql | Transaction, findings: readonly Finding[]): Promise<void> {
		for (const finding of findings) this.count(finding.class);
		const told = findings.filter((finding) => finding.class !== "same");
		if (told.length === 0) return;
		const rows = told.map((finding): Logged => ({ number: ++this.#number, class: finding.class, finding }));
		await insertDifferences(sql, this.#pushId, rows.map(differenceRow));
		const files = rows.flatMap((row) => foreignFile(row, this.#storages));
		if (files.length === 0) return;
		await sql`
			insert into target_foreign_files (push_id, number, storage_id, directory, name, metadata, collections)
			select ${this.#pushId}, r.number, r."storageId", r.directory, r.name, r.metadata, r.collections
			from jsonb_to_recordset(${json(sql, files)}) as r(number integer, "storageId" bigint, directory text, name text, metadata text[], collections text[])`;
	}
}

function differenceRow({ number, class: of, finding }: Logged): DifferenceRow {
	const { kind, identifier, targetPk, wanted, fields, message } = finding;
	return {
		number,
		class: of,
		kind,
		identifier,
		eoId: wanted?.eoId ?? null,
		datasetId: wanted?.datasetId ?? null,
		containerId: wanted?.containerId ?? null,
		targetPk,
		fields: fields.map(shownField),
		message,
	};
}

/** Larger ones are shown by their number of corners and their box. */
const cornersShown = 200;

function shownField({ field, before, after, fate }: Finding["fields"][number]): FieldDifference {
	if (field !== "footprint") return { field, before, after, fate };
	return { field, before: shownFootprint(before), after: shownFootprint(after), fate };
}

function shownFootprint(value: unknown): unknown {
	const footprint = value as Footprint | null;
	const corners = footprint?.coordinates.flat(2) ?? [];
	if (corners.length <= cornersShown) return footprint;
	const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
	const least = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b));
	const most = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b));
	const bounds = [least(xs), least(ys), most(xs), most(ys)];
	return { corners: corners.length, bounds };
}

function foreignFile({ number, finding }: Logged, storages: readonly SeenStorage[]) {
	const { class: of, kind, there } = finding;
	const [file] = there?.files ?? [];
	const found = of === "foreign" && kind === "coverage" && file !== undefined ? fileAt(file.place, storages) : null;
	if (there === null || found === null) return [];
	const directory = folderOf(found.path);
	const beside = there.metadata.flatMap(({ place }) => {
		const item = fileAt(place, storages);
		return item?.storage.id === found.storage.id && folderOf(item.path) === directory ? [baseName(item.path)] : [];
	});
	return [
		{
			number,
			storageId: found.storage.id,
			directory,
			name: baseName(found.path),
			metadata: beside,
			collections: there.collections,
		},
	];
}
