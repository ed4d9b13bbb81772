import type { PublishedDifferenceFields } from "#lib/catalog/json-columns.ts";

/** What two STAC items of the same ID say differently, field by field. */

type Fields = Readonly<Record<string, unknown>>;

export interface CompareItemsOptions {
	/**
	 * Theirs is a provider's item, no copy of ours: only what both say is compared, and neither where the files are nor when either was
	 * written.
	 */
	readonly reference: boolean;
}

/** Degrees, and the share of a number, below which a difference is rounding. */
const tolerance = 1e-6;
/** A value that is told has at most so many characters. */
const longestValue = 500;
/** Fields of one item that are told. */
const mostFields = 50;

/** Of a mirror's copy these say when it was made, not what it is of. */
const ofTheCopy = new Set(["expires", "unpublished"]);
const ofTheWriting = new Set(["created", "updated", "title", "description", "license", "version"]);

/** `{}`: they say the same. */
export function itemDifferences(
	ours: Fields,
	theirs: Fields,
	{ reference }: CompareItemsOptions,
): PublishedDifferenceFields {
	const differences: Record<string, { readonly ours: unknown; readonly theirs: unknown }> = Object.create(null);
	let count = 0;
	const compare = (field: string, one: unknown, other: unknown, isSame: (one: unknown, other: unknown) => boolean) => {
		const isOneSided = isNothing(one) || isNothing(other);
		if (isNothing(one) && isNothing(other)) return;
		if (isOneSided ? reference : isSame(one, other)) return;
		count += 1;
		if (count <= mostFields) differences[field] = { ours: shortened(one), theirs: shortened(other) };
	};
	compare("geometry", ours.geometry, theirs.geometry, isSameGeometry);
	const [one, other] = [objectOf(ours.properties), objectOf(theirs.properties)];
	for (const name of namesOf(one, other)) {
		if (ofTheCopy.has(name) || (reference && ofTheWriting.has(name))) continue;
		compare(`properties.${name}`, member(one, name), member(other, name), isSameValue);
	}
	const [oneAssets, otherAssets] = [objectOf(ours.assets), objectOf(theirs.assets)];
	for (const key of namesOf(oneAssets, otherAssets)) {
		const [mine, yours] = [member(oneAssets, key), member(otherAssets, key)];
		if (isNothing(mine) || isNothing(yours)) {
			compare(`assets.${key}`, mine, yours, isSameValue);
			continue;
		}
		const [asset, otherAsset] = [objectOf(mine), objectOf(yours)];
		for (const name of ["type", "roles", "file:size", "file:checksum"])
			compare(`assets.${key}.${name}`, asset[name], otherAsset[name], isSameValue);
		if (!reference) compare(`assets.${key}.href`, placeOf(asset.href), placeOf(otherAsset.href), isSameValue);
	}
	return { ...differences };
}

function namesOf(one: Fields, other: Fields): readonly string[] {
	return [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
}

function objectOf(value: unknown): Fields {
	return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** A member of a document, whose names are its author's: what all objects inherit is none. */
function member(of: Fields, name: string): unknown {
	return Object.hasOwn(of, name) ? of[name] : undefined;
}

function isNothing(value: unknown): boolean {
	return value === undefined || value === null;
}

/** Without what signs it: that is another one each time. */
function placeOf(href: unknown): unknown {
	return typeof href === "string" ? href.replace(/[?#].*$/s, "") : href;
}

function isSameValue(one: unknown, other: unknown): boolean {
	if (typeof one === "number" && typeof other === "number")
		return Math.abs(one - other) <= tolerance * Math.max(1, Math.abs(one), Math.abs(other));
	if (typeof one === "string" && typeof other === "string") return one === other || isSameInstant(one, other);
	if (Array.isArray(one) && Array.isArray(other))
		return one.length === other.length && one.every((each, index) => isSameValue(each, other[index]));
	if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return one === other;
	const [mine, yours] = [objectOf(one), objectOf(other)];
	return namesOf(mine, yours).every((name) => isSameValue(member(mine, name), member(yours, name)));
}

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;

function isSameInstant(one: string, other: string): boolean {
	return instant.test(one) && instant.test(other) && Date.parse(one) === Date.parse(other);
}

/** The order of polygons, where a ring begins and which way it goes round make no difference. */
function isSameGeometry(one: unknown, other: unknown): boolean {
	const [mine, yours] = [cornersOf(one), cornersOf(other)];
	if (mine === null || yours === null) return isSameValue(one, other);
	return covers(mine, yours) && covers(yours, mine);
}

type Corner = readonly [number, number];

/** null: no (multi)polygon of numbers. */
function cornersOf(geometry: unknown): readonly Corner[] | null {
	const { type, coordinates } = objectOf(geometry);
	if (type !== "Polygon" && type !== "MultiPolygon") return null;
	if (!Array.isArray(coordinates)) return null;
	const corners: unknown[] = coordinates.flat(type === "Polygon" ? 1 : 2);
	return corners.every(isCorner) ? corners : null;
}

function isCorner(value: unknown): value is Corner {
	return Array.isArray(value) && typeof value[0] === "number" && typeof value[1] === "number";
}

/** Whether each corner is one of the others, by a grid so that many corners cost no square of them. */
function covers(corners: readonly Corner[], others: readonly Corner[]): boolean {
	const cells = new Map<string, Corner[]>();
	const cellOf = (value: number) => Math.floor(value / (4 * tolerance));
	for (const corner of others) {
		const key = `${cellOf(corner[0])} ${cellOf(corner[1])}`;
		const cell = cells.get(key);
		if (cell === undefined) cells.set(key, [corner]);
		else cell.push(corner);
	}
	const isNear = ([x, y]: Corner) => {
		for (const column of [cellOf(x - tolerance), cellOf(x + tolerance)])
			for (const row of [cellOf(y - tolerance), cellOf(y + tolerance)])
				for (const [a, b] of cells.get(`${column} ${row}`) ?? [])
					if (Math.abs(a - x) <= tolerance && Math.abs(b - y) <= tolerance) return true;
		return false;
	};
	return corners.every(isNear);
}

function shortened(value: unknown): unknown {
	if (value === undefined) return null;
	const text = JSON.stringify(value);
	return text.length > longestValue ? `${text.slice(0, longestValue)}…` : value;
}
