import type { Footprint, Position } from "#lib/metadata/metadata.ts";

/** The part of a canvas path that is needed; coordinates are degrees, y downwards. */
export interface PathSink {
	moveTo(x: number, y: number): void;
	lineTo(x: number, y: number): void;
	closePath(): void;
}

export function traceArea(sink: PathSink, footprint: Footprint): void {
	for (const ring of footprint.coordinates.flat()) {
		for (const [index, [lon, lat]] of ring.slice(0, -1).entries()) {
			if (index === 0) sink.moveTo(lon, -lat);
			else sink.lineTo(lon, -lat);
		}
		sink.closePath();
	}
}

/** The outline without the edges that only exist because the footprint was cut at the antimeridian or ends at a pole. */
export function traceOutline(sink: PathSink, footprint: Footprint): void {
	for (const ring of footprint.coordinates.flat()) {
		let down = false;
		for (const [index, position] of ring.entries()) {
			const before = ring[index - 1];
			if (before === undefined) continue;
			if (isCut(before, position)) {
				down = false;
				continue;
			}
			if (!down) sink.moveTo(before[0], -before[1]);
			sink.lineTo(position[0], -position[1]);
			down = true;
		}
	}
}

function isCut(a: Position, b: Position): boolean {
	return (Math.abs(a[0]) === 180 && a[0] === b[0]) || (Math.abs(a[1]) === 90 && a[1] === b[1]);
}
