import { placeOfEosGrid } from "#lib/metadata/hdfeos/eos-place.ts";
import { type EosGrid, readStructure } from "#lib/metadata/hdfeos/structure.ts";
import type { MainGrid, NetcdfFile, NetcdfVariable } from "./model.ts";

/**
 * The grid with the most pixels of a file of HDF-EOS5 (VIIRS, OMI), for those without coordinates of CF. null: it is none.
 * @throws RejectedError for grids that are not read.
 */
export async function eosGridOf(file: NetcdfFile): Promise<MainGrid | null> {
	const parts = file.variables.filter(({ name, textKind }) => /^StructMetadata\.\d$/.test(name) && textKind !== null);
	if (parts.length === 0) return null;
	const texts: string[] = [];
	for (const part of parts.toSorted((a, b) => (a.name < b.name ? -1 : 1))) texts.push(...(await part.texts()));
	const placed = readStructure(texts.join("")).grids.flatMap((grid) => {
		const variables = variablesOf(file, grid);
		return variables.length === 0 ? [] : [{ grid, variables }];
	});
	const [best] = placed.toSorted((a, b) => b.grid.size[0] * b.grid.size[1] - a.grid.size[0] * a.grid.size[1]);
	return best === undefined ? null : { variables: best.variables, place: placeOfEosGrid(best.grid) };
}

function variablesOf(file: NetcdfFile, { name, size: [width, height] }: EosGrid): readonly NetcdfVariable[] {
	return file.variables.filter(({ group, dimensions, dataType }) => {
		const [down, along] = dimensions.slice(-2);
		const isOfGrid = group === `HDFEOS/GRIDS/${name}/Data Fields` || group === `HDFEOS/GRIDS/${name}/Data_Fields`;
		return isOfGrid && dataType !== null && down?.size === height && along?.size === width;
	});
}
