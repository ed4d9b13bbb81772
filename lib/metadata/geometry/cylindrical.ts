import type { Projection } from "#lib/metadata/crs/crs.ts";
import type { Extent } from "#lib/metadata/metadata.ts";

/**
 * The extent in degrees of a raster on a cylindrical map, whose sides are meridians and parallels: longitudes run on beyond ±180, as its x
 * do; what is beyond a pole is no part of it. null for other maps, and where the raster is beyond a pole altogether.
 */
export function degreesOfCylinder([minx, miny, maxx, maxy]: Extent, projection: Projection): Extent | null {
	if (!/^\+proj=(merc|eqc|cea|mill) /.test(projection.proj)) return null;
	const word = (name: string) => Number(new RegExp(`\\+${name}=(\\S+)`).exec(projection.proj)?.[1] ?? 0);
	const meridian = word("lon_0") + (word("pm") || 0);
	const [middle, equator] = projection.fromWgs84(meridian, 0);
	const perDegree = projection.fromWgs84(meridian + 1, 0)[0] - middle;
	const longitude = (x: number) => {
		const estimate = meridian + (x - middle) / perDegree;
		const [lon] = projection.toWgs84(x, equator);
		return Number.isFinite(lon) ? lon + 360 * Math.round((estimate - lon) / 360) : estimate;
	};
	// The formulas of some turn over at the pole itself.
	const poles = [-1, 1].map((sign) => sign * (90 - 1e-9)).map((pole) => projection.fromWgs84(meridian, pole)[1]);
	const isEndless = /^\+proj=merc /.test(projection.proj);
	const latitude = (y: number) => {
		if (!isEndless && y <= (poles[0] as number)) return -90;
		if (!isEndless && y >= (poles[1] as number)) return 90;
		return projection.toWgs84(middle, y)[1];
	};
	const extent: Extent = [longitude(minx), latitude(miny), longitude(maxx), latitude(maxy)];
	return extent.every(Number.isFinite) && extent[1] < extent[3] && extent[0] < extent[2] ? extent : null;
}
