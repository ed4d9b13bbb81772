import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "#lib/catalog/database/database.ts";
import { currentVersion, datasetFiles, datasetState } from "#lib/catalog/datasets/dataset-state.ts";

/**
 * What an archive of GeoTIFF and EO-O&M pairs says, by a walk and readers of its own: nothing here is the engine's. One
 * line per data file, sorted: its path, EO ID, time, extent, and the size and time of each of its files.
 */
export function archiveLines(root: string): readonly string[] {
	const names = readdirSync(root, { recursive: true, encoding: "utf8" });
	return names
		.filter((name) => name.endsWith(".tif"))
		.map((path) => {
			const metadata = path.replace(/tif$/, "xml");
			const xml = readFileSync(join(root, metadata), "utf8");
			const id = /<eop:identifier>(.*?)<\/eop:identifier>/.exec(xml)?.[1];
			const begin = /<gml:beginPosition>(.*?)<\/gml:beginPosition>/.exec(xml)?.[1];
			const extent = extentOf(readFileSync(join(root, path)));
			const files = [path, metadata].map((file) => {
				const { size, mtimeMs } = statSync(join(root, file));
				return `${size}@${Math.round(mtimeMs)}`;
			});
			return [path, id, begin, extent.join(","), ...files].join(" ");
		})
		.sort();
}

/** The same of a catalogue's container. */
export async function registeredLines({ sql }: Pick<Database, "sql">, container: string): Promise<readonly string[]> {
	const rows = await sql<{ line: string }[]>`
		select concat_ws(' ', d.path, d.eo_id, to_char(d.begin_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
			(select string_agg(x, ',') from jsonb_array_elements_text(${datasetState(sql)}->'extent') x), (select string_agg((f->>'size') || '@' || round((f->>'mtime')::numeric / 1000), ' ' order by n)
				from jsonb_array_elements(${datasetFiles(sql)}) with ordinality files(f, n))) as line
		from containers c join container_datasets cd on cd.container_id = c.id join datasets d on d.id = cd.dataset_id ${currentVersion(sql)}
		where c.eo_id = ${container}`;
	return rows.map(({ line }) => line).sort();
}

/** west, south, east, north from ImageWidth, ImageLength, ModelPixelScale and ModelTiepoint of a classic TIFF. */
function extentOf(tiff: Buffer): readonly number[] {
	const little = tiff.toString("latin1", 0, 2) === "II";
	const u16 = (at: number) => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
	const u32 = (at: number) => (little ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
	const f64 = (at: number) => (little ? tiff.readDoubleLE(at) : tiff.readDoubleBE(at));
	const directory = u32(4);
	const places = new Map<number, number>();
	for (let i = 0; i < u16(directory); i++) places.set(u16(directory + 2 + 12 * i), directory + 2 + 12 * i);
	const place = (tag: number) => places.get(tag) ?? Number.NaN;
	const whole = (tag: number) => (u16(place(tag) + 2) === 3 ? u16(place(tag) + 8) : u32(place(tag) + 8));
	const width = whole(256);
	const height = whole(257);
	const scale = u32(place(33550) + 8);
	const tie = u32(place(33922) + 8);
	const [west, north] = [f64(tie + 24), f64(tie + 32)];
	return [west, north - height * f64(scale + 8), west + width * f64(scale), north];
}
