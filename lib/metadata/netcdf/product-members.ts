import { RejectedError } from "#lib/errors.ts";
import { BoundedBytes } from "#lib/metadata/bounded-bytes.ts";
import { readHead } from "#lib/metadata/head-source.ts";
import type { Band, ByteSource, Raster, ReadOptions } from "#lib/metadata/metadata.ts";
import { isHdf5 } from "#lib/metadata/netcdf/hdf5/superblock.ts";
import { axisRole } from "./cf-axes.ts";
import { gcpsOfSwath } from "./cf-gcps.ts";
import { isClassic, openClassic } from "./classic.ts";
import type { NetcdfFile } from "./model.ts";
import { netcdfBounds, sampleOf } from "./netcdf.ts";
import { openNetcdf4 } from "./netcdf4.ts";

/** Where products keep the longitudes and latitudes of every pixel: the largest of a file; null: it has none. @throws RejectedError */
export async function pixelPlaceOf(file: ByteSource, options: ReadOptions): Promise<Omit<Raster, "bands"> | null> {
	const { variables } = await openMember(file, options);
	const places = variables.flatMap((lat) => {
		const [down, along, ...more] = lat.dimensions;
		if (axisRole(lat) !== "lat" || down === undefined || along === undefined || more.length > 0) return [];
		const lon = variables.find(
			(one) => axisRole(one) === "lon" && one.dimensions[0] === down && one.dimensions[1] === along,
		);
		return lon === undefined ? [] : [{ lat, lon, size: [along.size, down.size] as const }];
	});
	const [place] = places.toSorted((a, b) => b.size[0] * b.size[1] - a.size[0] * a.size[1]);
	if (place === undefined) return null;
	const { gcps } = await gcpsOfSwath(place, place.size);
	return { kind: "referenceable", crs: "EPSG:4326", extent: null, size: place.size, gcps };
}

/**
 * The variables of a file whose lines and columns are so many, whatever says where they lie: products keep that in another
 * file. Of three dimensions none. @throws RejectedError
 */
export async function bandsOfSize(
	file: ByteSource,
	[width, height]: Raster["size"],
	options: ReadOptions,
): Promise<readonly Band[]> {
	const { variables } = await openMember(file, options);
	return variables.flatMap((variable) => {
		const [down, along, ...more] = variable.dimensions;
		const isOnGrid = down?.size === height && along?.size === width && more.length === 0;
		return isOnGrid && variable.dataType !== null ? [{ name: variable.name, ...sampleOf(variable) }] : [];
	});
}

async function openMember(file: ByteSource, options: ReadOptions): Promise<NetcdfFile> {
	const { head, source } = await readHead(file, options);
	const open = isClassic(head) ? openClassic : isHdf5(head) ? openNetcdf4 : null;
	if (open === null) throw new RejectedError("unreadable", `its member ${file.name} is no netCDF file`);
	return open(new BoundedBytes(source, options.signal, netcdfBounds));
}
