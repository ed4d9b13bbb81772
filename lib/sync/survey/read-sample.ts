import type { SourceInput } from "#lib/catalog/inputs.ts";
import { metadataNameOf } from "#lib/catalog/metadata-place.ts";
import type { ReadSample, SampleDataset } from "#lib/catalog/storages/storage-views.ts";
import { RejectedError, StorageError } from "#lib/errors.ts";
import { ringBounds } from "#lib/metadata/geometry/ring.ts";
import type { Footprint } from "#lib/metadata/metadata.ts";
import { chooseAmong, type DatasetDescriptions, describeDataset, type Origin } from "#lib/metadata/read.ts";
import { folderOf } from "#lib/paths.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { fingerprintsOf } from "#lib/sync/match/fingerprint.ts";
import type { DataFile } from "#lib/sync/match/match.ts";
import { dataNameOf } from "#lib/sync/match/product-names.ts";
import { OpenedFiles } from "#lib/sync/read/opened-files.ts";
import { sourcesOf } from "#lib/sync/read/read.ts";
import { readLimits } from "#lib/sync/read/read-limits.ts";

type Rules = Pick<SourceInput, "symlinks" | "fileName" | "timeZone">;

/** Reads a data file as a sync would, and says where each field comes from. What is wrong with the file is part of the answer. */
export async function readSample(
	storage: Storage,
	rules: Rules,
	{ path, file }: { readonly path: string; readonly file: DataFile },
	{ signal }: { readonly signal: AbortSignal },
): Promise<ReadSample> {
	const metadata = file.metadata.map(({ name }) => metadataNameOf(name) ?? name);
	const sample = { path, metadata, size: file.entry.size };
	let described: DatasetDescriptions | null = null;
	try {
		const { symlinks } = rules;
		await using opened = new OpenedFiles({
			storage,
			symlinks,
			folder: folderOf(path),
			files: fingerprintsOf(file),
			signal,
		});
		described = await describeDataset(await sourcesOf(opened, path), rules, { signal, ...readLimits() });
		const dataset = datasetOf(described, path, rules);
		return { ...sample, format: described.format, dataset, rejection: null };
	} catch (error) {
		if (!(error instanceof RejectedError || error instanceof StorageError)) throw error;
		const rejection = { code: error.code, reason: error.message };
		return { ...sample, format: described?.format ?? null, dataset: null, rejection };
	}
}

/** @throws RejectedError */
function datasetOf(described: DatasetDescriptions, path: string, { fileName }: Rules): SampleDataset {
	const { eoId, begin, end, footprint, told } = chooseAmong(described, { name: dataNameOf(path) });
	const text = (origin: Origin | undefined, isPlain = false) => originText(origin, fileName !== null && !isPlain);
	const name = described.descriptions.find(({ origin }) => origin.kind === "file name");
	const wholePeriod = told.end?.kind === "file name" ? (name?.wholePeriod ?? null) : null;
	return {
		eoId,
		begin,
		end,
		wholePeriod,
		isWholeDay: wholePeriod === "day",
		place: placeOf(footprint),
		told: {
			eoId: text(told.eoId, name?.metadata.eoId === null),
			begin: text(told.begin),
			end: text(told.end),
			footprint: text(told.footprint),
		},
	};
}

function originText(origin: Origin | undefined, byPattern: boolean): string {
	switch (origin?.kind) {
		case "metadata":
			return `${metadataNameOf(origin.file) ?? origin.file} (${origin.format})`;
		case "statistics":
			return origin.file;
		case "raster":
			return `the file itself (${origin.format})`;
		default:
			return byPattern ? "the file name, by the pattern" : "the file name";
	}
}

/** A footprint is never across the antimeridian: one that touches it on both sides is in two parts. */
function placeOf({ coordinates }: Footprint): SampleDataset["place"] {
	const boxes = coordinates.map(([outer = []]) => ringBounds(outer));
	const [west, south, east, north] = ringBounds(boxes.flatMap(([w, s, e, n]) => [[w, s] as const, [e, n] as const]));
	const isSplit = boxes.some(([w]) => w === -180) && boxes.some(([, , e]) => e === 180) && boxes.length > 1;
	if (!isSplit || boxes.some(([w, , e]) => w === -180 && e === 180)) return [west, south, east, north];
	const [left, right] = [boxes.filter(([w]) => w >= 0), boxes.filter(([w]) => w < 0)];
	return [Math.min(...left.map(([w]) => w)), south, Math.max(...right.map(([, , e]) => e)), north];
}
