import { formatCount } from "#components/ui/format.ts";
import type { ContainerDetail } from "#lib/catalog/read-models.ts";

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
