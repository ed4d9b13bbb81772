import type { Ring } from "#lib/metadata/metadata.ts";

/**
 * True if the rings' edges meet more than `limit` times, common positions of neighbours included: what exact clipping
 * costs. A sweep over edges sorted by their western end, which stops at the limit.
 */
export function meetOftenerThan(limit: number, rings: readonly Ring[]): boolean {
	const edges = edgesOf(rings).sort((a, b) => a.west - b.west);
	let meetings = 0;
	for (const [i, edge] of edges.entries()) {
		for (let j = i + 1; j < edges.length; j++) {
			const other = edges[j] as Edge;
			if (other.west > edge.east) break;
			if (meet(edge, other)) meetings += 1;
			if (meetings > limit) return true;
		}
	}
	return false;
}

interface Edge {
	readonly x1: number;
	readonly y1: number;
	readonly x2: number;
	readonly y2: number;
	readonly west: number;
	readonly east: number;
}

function edgesOf(rings: readonly Ring[]): Edge[] {
	return rings.flatMap((ring) =>
		ring.slice(1).map(([x2, y2], i): Edge => {
			const [x1, y1] = ring[i] ?? [x2, y2];
			return { x1, y1, x2, y2, west: Math.min(x1, x2), east: Math.max(x1, x2) };
		}),
	);
}

function meet(a: Edge, b: Edge): boolean {
	if (Math.max(a.y1, a.y2) < Math.min(b.y1, b.y2) || Math.max(b.y1, b.y2) < Math.min(a.y1, a.y2)) return false;
	return side(a, b.x1, b.y1) * side(a, b.x2, b.y2) <= 0 && side(b, a.x1, a.y1) * side(b, a.x2, a.y2) <= 0;
}

function side({ x1, y1, x2, y2 }: Edge, x: number, y: number): number {
	return (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1);
}
