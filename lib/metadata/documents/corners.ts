import type { Gcp, Position } from "#lib/metadata/metadata.ts";

/** The places of corners in their order around the image, whichever they are told in. */
export function ringAround(corners: readonly Pick<Gcp, "pixel" | "line" | "x" | "y">[]): readonly Position[] {
	const middle = (of: (corner: (typeof corners)[number]) => number) =>
		corners.reduce((sum, corner) => sum + of(corner), 0) / corners.length;
	const [pixel, line] = [middle((corner) => corner.pixel), middle((corner) => corner.line)];
	const angle = (corner: (typeof corners)[number]) => Math.atan2(corner.line - line, corner.pixel - pixel);
	return corners.toSorted((a, b) => angle(a) - angle(b)).map(({ x, y }) => [x, y]);
}
