import { inBatches } from "#lib/catalog/database/cursor.ts";
import type { Database, Transaction } from "#lib/catalog/database/database.ts";
import { currentVersion, datasetFiles, datasetState } from "#lib/catalog/datasets/dataset-state.ts";
import type { datasets } from "#lib/catalog/schema/dataset-schema.ts";
import { footprintBounds } from "#lib/metadata/geometry/footprint.ts";
import type { DatasetState } from "#lib/metadata/metadata.ts";
import { boundsTolerance, isSameScene, type Scene, sourceSceneOf, timeTolerance } from "./same-scene.ts";

type NameRow = Pick<typeof datasets.$inferSelect, "id" | "eoId">;
interface SceneRow {
	readonly id: number;
	readonly state: DatasetState;
}

const rowsPerBatch = 2000;

/**
 * Finds datasets that show the same scene under different EO IDs, and puts them in the place of those that the search before found. One pass over
 * names, in their order, and one over those datasets only of which another of the same platform and product begins within the tolerance: their
 * neighbours in time and space are compared, and no others.
 */
export async function findScenes({ sql }: Database, search: number, signal: AbortSignal): Promise<void> {
	await sql.begin(async (tx) => {
		await tx`delete from duplicate_scenes`;
		await findByName(tx, search, signal);
		await findByAcquisition(tx, search, signal);
	});
}

/** A dataset of a group, which is named by its first one. */
interface Found {
	readonly scene: number;
	readonly dataset: number;
}

async function findByName(tx: Transaction, search: number, signal: AbortSignal): Promise<void> {
	const named = tx<NameRow[]>`
		select id, eo_id as "eoId" from datasets where archived_at is null and eo_id ~ '^(S[12][A-Z]|L[COTEM][0-9]{2})_' order by eo_id collate "C"`;
	/** The first dataset of each scene, of those whose names begin alike; the scene of each begins so, too. */
	let firsts = new Map<string, { readonly id: number; isWritten: boolean }>();
	let beginning = "";
	for await (const rows of inBatches(tx, named, rowsPerBatch)) {
		signal.throwIfAborted();
		const found: Found[] = [];
		for (const { id, eoId } of rows) {
			const scene = sourceSceneOf(eoId);
			if (scene === null) continue;
			const begins = eoId.split("_", 3).join("_");
			if (begins !== beginning) firsts = new Map();
			beginning = begins;
			const first = firsts.get(scene);
			if (first === undefined) {
				firsts.set(scene, { id, isWritten: false });
				continue;
			}
			if (!first.isWritten) found.push({ scene: first.id, dataset: first.id });
			first.isWritten = true;
			found.push({ scene: first.id, dataset: id });
		}
		await writeFound(tx, found, "source-id", search);
	}
}

async function writeFound(tx: Transaction, found: readonly Found[], reason: string, search: number): Promise<void> {
	if (found.length === 0) return;
	await tx`
		insert into duplicate_scenes (scene_id, dataset_id, reason, bytes, search)
		select g.scene, g.dataset, ${reason}, coalesce((select sum((f->>'size')::bigint) from jsonb_array_elements(${datasetFiles(tx)}) f), 0), ${search}
		from unnest(${found.map(({ scene }) => scene)}::bigint[], ${found.map(({ dataset }) => dataset)}::bigint[]) g(scene, dataset)
			join datasets d on d.id = g.dataset ${currentVersion(tx)}
		on conflict do nothing`;
}

async function findByAcquisition(tx: Transaction, search: number, signal: AbortSignal): Promise<void> {
	const seconds = timeTolerance / 1000;
	const candidates = tx<SceneRow[]>`
		with keyed as (
			select d.id, d.begin_time as begin, s.state->'properties'->>'platform' as platform, s.state->'properties'->>'productType' as product
			from datasets d ${currentVersion(tx)} cross join lateral (select ${datasetState(tx)} as state) s where d.archived_at is null
		), placed as (
			select id, platform, product, begin, lag(begin) over near as before, lead(begin) over near as after
			from keyed where platform is not null and product is not null window near as (partition by platform, product order by begin, id)
		)
		select d.id, ${datasetState(tx)} as state
		from placed p join datasets d on d.id = p.id ${currentVersion(tx)}
		where p.begin - p.before <= make_interval(secs => ${seconds}) or p.after - p.begin <= make_interval(secs => ${seconds})
		order by p.platform, p.product, p.begin, p.id`;
	const window = new SceneWindow();
	for await (const rows of inBatches(tx, candidates, rowsPerBatch)) {
		signal.throwIfAborted();
		const found = rows.flatMap(({ id, state }) => window.add(id, sceneOf(state)));
		await writeFound(tx, found, "acquisition", search);
	}
}

/** What tells products apart, where both say it. */
const telling = [
	"platformSerialIdentifier",
	"instrument",
	"operationalMode",
	"swathIdentifier",
	"polarisationMode",
	"polarisationChannels",
	"processingLevel",
	"orbitNumber",
	"wrsLongitudeGrid",
	"wrsLatitudeGrid",
];

function sceneOf({ begin, end, footprint, size, bands, properties }: DatasetState): Scene {
	const text = (name: string) => (properties[name] === undefined ? null : String(properties[name]));
	return {
		platform: text("platform"),
		productType: text("productType"),
		begin: Date.parse(begin),
		end: Date.parse(end),
		bounds: footprintBounds(footprint),
		size: [size[0], size[1]],
		bands: bands.map(({ name }) => name),
		more: Object.fromEntries(
			telling.flatMap((name) => (properties[name] === undefined ? [] : [[name, properties[name]]])),
		),
	};
}

interface Seen {
	readonly id: number;
	readonly scene: Scene;
	readonly cells: string;
	/** The first of its group; null: it is alone so far. */
	group: number | null;
}

/** Scenes in the order of platform, product and begin, of which those are remembered that the next one may be the same as. */
class SceneWindow {
	readonly #seen: Seen[] = [];
	readonly #byCell = new Map<string, Set<Seen>>();
	#first = 0;

	/** Returns what became a member of a group by it. */
	add(id: number, scene: Scene): readonly Found[] {
		this.#forgetBefore(scene);
		const [x, y] = cellOf(scene);
		const found: Found[] = [];
		let group: number | null = null;
		for (const cell of neighbours(x, y)) {
			for (const other of this.#byCell.get(cell) ?? []) {
				if (group !== null || !isSameScene(other.scene, scene)) continue;
				if (other.group === null) {
					other.group = other.id;
					found.push({ scene: other.id, dataset: other.id });
				}
				group = other.group;
				found.push({ scene: group, dataset: id });
			}
		}
		const seen: Seen = { id, scene, cells: `${x} ${y}`, group };
		this.#seen.push(seen);
		const here = this.#byCell.get(seen.cells);
		if (here === undefined) this.#byCell.set(seen.cells, new Set([seen]));
		else here.add(seen);
		return found;
	}

	#forgetBefore({ platform, productType, begin }: Scene): void {
		for (let old = this.#seen[this.#first]; old !== undefined; old = this.#seen[this.#first]) {
			const isNear =
				old.scene.platform === platform &&
				old.scene.productType === productType &&
				begin - old.scene.begin <= timeTolerance;
			if (isNear) break;
			const here = this.#byCell.get(old.cells);
			here?.delete(old);
			if (here?.size === 0) this.#byCell.delete(old.cells);
			this.#first++;
		}
		// Those that are forgotten go at once, many at a time.
		if (this.#first > 1000 && this.#first * 2 > this.#seen.length) {
			this.#seen.splice(0, this.#first);
			this.#first = 0;
		}
	}
}

const cellDegrees = 4 * boundsTolerance;

/** Of the corner in the south-west: those of the same scene are in the same cell or in one beside it. */
function cellOf({ bounds: [west, south] }: Scene): readonly [number, number] {
	return [Math.floor(west / cellDegrees), Math.floor(south / cellDegrees)];
}

function neighbours(x: number, y: number): readonly string[] {
	return [-1, 0, 1].flatMap((dx) => [-1, 0, 1].map((dy) => `${x + dx} ${y + dy}`));
}
