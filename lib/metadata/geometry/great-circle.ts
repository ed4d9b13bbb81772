import type { Position } from "#lib/metadata/metadata.ts";

/** Degrees along the great circle between two positions of an edge; shorter edges stay straight. */
const step = 1;
const radians = Math.PI / 180;

/** Of a granule no edge is longer; what is, is no granule but a map. */
const longest = 60;

/**
 * A ring whose edges are parts of great circles, as NASA's archives have it for the polygon around a granule ("geodetic" coordinates),
 * with positions along them: its corners alone, joined by straight lines in degrees, miss a long edge by up to hundreds of kilometres.
 * A box of parallels and meridians stays one, and so does what is too large for a granule.
 */
export function alongGreatCircles(ring: readonly Position[]): readonly Position[] {
	const edges = ring.map((from, index) => ({ from, to: ring[index + 1] ?? ring[0] ?? from }));
	const isBox = edges.every(({ from, to }) => from[0] === to[0] || from[1] === to[1]);
	if (isBox || edges.some(({ from, to }) => !(angleOf(from, to) <= longest))) return ring;
	return edges.flatMap(({ from, to }) => {
		const angle = angleOf(from, to) * radians;
		const count = Math.ceil(angle / radians / step);
		if (count <= 1) return [from];
		const [a, b] = [direction(from), direction(to)];
		const between = Array.from({ length: count - 1 }, (_, i): Position => {
			const share = (i + 1) / count;
			const [first, second] = [Math.sin((1 - share) * angle), Math.sin(share * angle)];
			const [x = 0, y = 0, z = 0] = a.map((value, axis) => value * first + (b[axis] ?? 0) * second);
			return [Math.atan2(y, x) / radians, Math.atan2(z, Math.hypot(x, y)) / radians];
		});
		return [from, ...between];
	});
}

/** Degrees. */
function angleOf(from: Position, to: Position): number {
	const [a, b] = [direction(from), direction(to)];
	const cosine = a.reduce((sum, value, axis) => sum + value * (b[axis] ?? 0), 0);
	return Math.acos(Math.max(-1, Math.min(1, cosine))) / radians;
}

function direction([lon, lat]: Position): readonly [number, number, number] {
	const across = Math.cos(lat * radians);
	return [across * Math.cos(lon * radians), across * Math.sin(lon * radians), Math.sin(lat * radians)];
}
