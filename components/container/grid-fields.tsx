import { Checkbox } from "#components/ui/form/checkbox.tsx";
import { Field } from "#components/ui/form/field.tsx";
import { Input } from "#components/ui/form/input.tsx";
import type { ContainerDetail } from "#lib/catalog/read-models/container-view.ts";
import { formatCount } from "#lib/numbers.ts";
import type { ContainerFieldsProps } from "./container-draft.ts";

const cells = [
	{ name: "crs", label: "CRS", path: "grid.crs", hint: "EPSG code." },
	{ name: "originX", label: "Origin x", path: "grid.origin.0", hint: "Left edge of the upper left pixel, CRS units." },
	{ name: "originY", label: "Origin y", path: "grid.origin.1", hint: "Upper edge of the upper left pixel." },
	{ name: "resolutionX", label: "Resolution x", path: "grid.resolution.0", hint: "CRS units per pixel." },
	{
		name: "resolutionY",
		label: "Resolution y",
		path: "grid.resolution.1",
		hint: "Positive, even though rows run downwards.",
	},
	{ name: "sizeX", label: "Size x", path: "grid.size.0", hint: "Pixels; grows with what fits." },
	{ name: "sizeY", label: "Size y", path: "grid.size.1", hint: "Pixels." },
] as const;

/** A mosaic's grid: written down, or left to the first dataset that fits. */
export function GridFields({ draft, set, errorOf }: ContainerFieldsProps) {
	return (
		<fieldset className="space-y-3 rounded-md border p-3 sm:col-span-2">
			<legend className="px-1 font-medium">Mosaic grid</legend>
			<label htmlFor="fixed-grid" className="flex items-center gap-2">
				<Checkbox
					id="fixed-grid"
					checked={draft.fixedGrid}
					onCheckedChange={(checked) => set("fixedGrid", checked === true)}
				/>
				Set the grid here; otherwise the first dataset that is added sets it
			</label>
			{draft.fixedGrid ? (
				<div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
					{cells.map(({ name, label, path, hint }) => (
						<Field key={name} label={label} hint={hint} error={errorOf(path)}>
							{(control) => (
								<Input
									{...control}
									value={draft[name]}
									inputMode={name === "crs" ? "text" : "decimal"}
									autoComplete="off"
									onChange={(event) => set(name, event.target.value)}
								/>
							)}
						</Field>
					))}
				</div>
			) : null}
		</fieldset>
	);
}

/** A mosaic's grid as it is now, which grows beyond what was configured. */
export function GridInForce({ grid }: { readonly grid: ContainerDetail["mosaicGrid"] }) {
	if (grid === null) return null;
	const { crs, origin, resolution, size } = grid;
	return (
		<p className="mt-3 text-fine text-muted">
			Current grid: <span className="font-mono">{crs}</span>, origin {origin.join(", ")}, {resolution.join(" × ")} per
			pixel, {size.map(formatCount).join(" × ")} pixels
		</p>
	);
}
