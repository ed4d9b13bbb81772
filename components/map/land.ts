import { geoEquirectangular, geoPath } from "d3-geo";
import { feature } from "topojson-client";

type Topology = Parameters<typeof feature>[0];

/** Natural Earth at 1:110 million for the world, at 1:50 million for a closer look. */
export type LandDetail = "110m" | "50m";

const loads: Partial<Record<LandDetail, Promise<Path2D>>> = {};

/** The land as a path in degrees, y downwards. Fetched once per page, from the application itself. */
export function loadLand(detail: LandDetail): Promise<Path2D> {
	loads[detail] ??= readTopology(detail).then(landPath);
	return loads[detail];
}

async function readTopology(detail: LandDetail): Promise<Topology> {
	const file =
		detail === "110m" ? await import("world-atlas/land-110m.json") : await import("world-atlas/land-50m.json");
	return file.default as unknown as Topology;
}

function landPath(topology: Topology): Path2D {
	const path = new Path2D();
	const projection = geoEquirectangular()
		.scale(180 / Math.PI)
		.translate([0, 0]);
	geoPath(
		projection,
		path as unknown as CanvasRenderingContext2D,
	)(feature(topology, topology.objects.land ?? { type: "GeometryCollection", geometries: [] }));
	return path;
}
