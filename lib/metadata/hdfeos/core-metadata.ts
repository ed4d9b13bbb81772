import { toNcName } from "#lib/metadata/eo-id.ts";
import { alongGreatCircles } from "#lib/metadata/geometry/great-circle.ts";
import type { EoMetadata, Footprint, Instant, OdlGroup, Position } from "#lib/metadata/metadata.ts";
import { footprintOrReject } from "#lib/metadata/text/gml.ts";
import { parseOdl } from "#lib/metadata/text/odl.ts";
import { parseInstant } from "#lib/metadata/text/time.ts";

/** Values of the objects of ECS's inventory metadata by name, the first of each; of a list all. */
type Inventory = ReadonlyMap<string, readonly string[]>;

/**
 * The observation by ECS's metadata inside a granule (`CoreMetadata`, `ArchiveMetadata`, ASTER's `productmetadata`): times, EO ID,
 * platform, and the ring around it. Source: "Release 6A Implementation Earth Science Data Model", 420-TP-022.
 * @throws RejectedError for what is no such text.
 */
export function metadataOfEcs(texts: readonly string[]): EoMetadata {
	const inventory = new Map<string, readonly string[]>();
	for (const text of texts) collect(parseOdl(new TextEncoder().encode(text.replace(/\0[\s\S]*$/, ""))), inventory);
	const first = (name: string) => inventory.get(name)?.[0] ?? null;
	const single = instantOf(first("CALENDARDATE"), first("TIMEOFDAY"));
	const begin = instantOf(first("RANGEBEGINNINGDATE"), first("RANGEBEGINNINGTIME")) ?? single;
	const end = instantOf(first("RANGEENDINGDATE"), first("RANGEENDINGTIME")) ?? begin;
	const id = first("LOCALGRANULEID");
	const told = first("RANGEBEGINNINGDATE") ?? first("CALENDARDATE");
	const problem = `its date ${JSON.stringify(told?.slice(0, 40))} (${first("RANGEBEGINNINGTIME") ?? first("TIMEOFDAY") ?? "no time of day"}) is not a time`;
	const properties = {
		platform: first("ASSOCIATEDPLATFORMSHORTNAME"),
		instrument: first("ASSOCIATEDINSTRUMENTSHORTNAME"),
		productType: first("SHORTNAME"),
		productVersion: first("VERSIONID"),
		creationDate: first("PRODUCTIONDATETIME"),
	};
	return {
		eoId: id === null ? null : toNcName(id.replace(/\.(hdf|h5|he5)$/i, "")),
		begin,
		end,
		...(begin === null && told !== null && { timeProblem: problem.slice(0, 300) }),
		footprint: ringOf(inventory),
		properties: Object.fromEntries(
			Object.entries(properties).flatMap(([name, text]) => (text ? [[name, text.slice(0, 1000)]] : [])),
		),
	};
}

/** `OBJECT = NAME` with `VALUE = …`, in any depth; objects in a class are kept by the first. */
function collect(group: OdlGroup, inventory: Map<string, readonly string[]>): void {
	for (const [name, member] of Object.entries(group)) {
		if (typeof member !== "object") continue;
		const value = member.VALUE;
		if (typeof value === "string" && !inventory.has(name)) inventory.set(name, valuesIn(value));
		collect(member, inventory);
	}
}

function valuesIn(value: string): readonly string[] {
	const list = /^\((.*)\)$/s.exec(value.trim())?.[1];
	if (list === undefined) return [value.trim()];
	return list.split(",").map((one) => one.trim().replace(/^"(.*)"$/, "$1"));
}

/** ASTER writes `20030725` and `182301389000Z`. */
function instantOf(date: string | null, time: string | null): Instant | null {
	if (date === null) return null;
	const day = date.replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3");
	const clock = time?.replace(
		/^(\d\d)(\d\d)(\d\d)(\d+)?(Z?)$/,
		(_, h, m, s, fraction, zone) => `${h}:${m}:${s}${fraction ? `.${fraction}` : ""}${zone}`,
	);
	return parseInstant(clock ? `${day}T${clock}` : day, "UTC");
}

const corners = ["UPPERLEFT", "UPPERRIGHT", "LOWERRIGHT", "LOWERLEFT"];

/** The ring of points, ASTER's four corners (latitude first), or a box. */
function ringOf(inventory: Inventory): Footprint | null {
	const numbers = (name: string) => (inventory.get(name) ?? []).map(Number);
	const [lons, lats] = [numbers("GRINGPOINTLONGITUDE"), numbers("GRINGPOINTLATITUDE")];
	if (lons.length > 2 && lons.length === lats.length)
		return footprintOrReject([[alongGreatCircles(lons.map((lon, i): Position => [lon, lats[i] ?? Number.NaN]))]]);
	const scene = corners.map(numbers);
	if (scene.every(({ length }) => length === 2))
		return footprintOrReject([[scene.map(([lat = 0, lon = 0]): Position => [lon, lat])]]);
	const [west, south, east, north] = ["WEST", "SOUTH", "EAST", "NORTH"].map(
		(side) => numbers(`${side}BOUNDINGCOORDINATE`)[0],
	);
	if (west === undefined || south === undefined || east === undefined || north === undefined) return null;
	const right = east + (east < west ? 360 : 0);
	return footprintOrReject([
		[
			[
				[west, south],
				[right, south],
				[right, north],
				[west, north],
			],
		],
	]);
}
