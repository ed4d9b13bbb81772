import { RejectedError } from "#lib/errors.ts";
import { BoundedBytes } from "#lib/metadata/bounded-bytes.ts";
import { readHead } from "#lib/metadata/head-source.ts";
import type { Band, ByteSource, Raster, ReadOptions } from "#lib/metadata/metadata.ts";
import { isHdf5 } from "#lib/metadata/netcdf/hdf5/superblock.ts";
import { isClassic, openClassic } from "./classic.ts";
import { netcdfBounds, sampleOf } from "./netcdf.ts";
import { openNetcdf4 } from "./netcdf4.ts";

/**
 * The variables of a file whose lines and columns are so many, whatever says where they lie: products keep that in another
 * file. Of three dimensions none. @throws RejectedError
 */
export async function bandsOfSize(
	file: ByteSource,
	[width, height]: Raster["size"],
	options: ReadOptions,
): Promise<readonly Band[]> {
	const { head, source } = await readHead(file, options);
	const bytes = new BoundedBytes(source, options.signal, netcdfBounds);
	const open = isClassic(head) ? openClassic : isHdf5(head) ? openNetcdf4 : null;
	if (open === null) throw new RejectedError("unreadable", `its member ${file.name} is no netCDF file`);
	const { variables } = await open(bytes);
	return variables.flatMap((variable) => {
		const [down, along, ...more] = variable.dimensions;
		const isOnGrid = down?.size === height && along?.size === width && more.length === 0;
		return isOnGrid && variable.dataType !== null ? [{ name: variable.name, ...sampleOf(variable) }] : [];
	});
}
