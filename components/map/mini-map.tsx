"use client";

import { useMemo, useRef } from "react";
import { cx } from "#components/ui/cx.ts";
import type { Footprint } from "#lib/metadata/metadata.ts";
import { boundsOf, type GeoBounds } from "./bounds.ts";
import { describeBounds } from "./describe.ts";
import { buildLayers, type MapScene } from "./draw.ts";
import type { FeatureStyle, MapFeature } from "./feature.ts";
import { MapCanvas } from "./map-canvas.tsx";
import { StrokeSample } from "./map-legend.tsx";
import { usePalette } from "./palette.ts";
import { useLand } from "./use-land.ts";
import { useSize } from "./use-size.ts";
import { fitView } from "./view.ts";

interface MiniMapProps {
	readonly before: Footprint | null;
	readonly after: Footprint | null;
	/** Of the outline after: what happens to the dataset, or nothing. */
	readonly style?: FeatureStyle;
	readonly className?: string;
}

/** Both outlines of one dataset on a small map that does not move; before is dashed, after is solid. */
export function MiniMap({ before, after, style = "added", className }: MiniMapProps) {
	const frame = useRef<HTMLDivElement>(null);
	const palette = usePalette(frame);
	const features = useMemo(() => outlines({ before, after, style }), [before, after, style]);
	const bounds = useMemo(() => surroundings(boundsOf(features.map(({ footprint }) => footprint))), [features]);
	const size = useSize(frame);
	const view = useMemo(() => (size.width === 0 ? null : fitView(bounds, size)), [bounds, size]);
	const land = useLand("50m");
	const layers = useMemo(() => (typeof Path2D === "undefined" ? [] : buildLayers(features)), [features]);
	const scene = useMemo<MapScene | null>(
		() =>
			view &&
			palette && { view, size, palette, land, layers, marked: [], quick: false, fine: false, labels: true, cells: [] },
		[view, size, palette, land, layers],
	);
	return (
		<figure className={cx("w-56 max-w-full", className)}>
			<div
				ref={frame}
				role="img"
				aria-label={describeOutlines(before, after)}
				className="relative h-32 overflow-hidden rounded border"
			>
				<MapCanvas scene={scene} />
			</div>
			<figcaption aria-hidden className="mt-1 flex gap-3 text-fine text-muted">
				{before ? (
					<span className="flex items-center gap-1">
						<StrokeSample style="removed" /> before
					</span>
				) : null}
				{after ? (
					<span className="flex items-center gap-1">
						<StrokeSample style={style} /> {before ? "after" : "footprint"}
					</span>
				) : null}
			</figcaption>
		</figure>
	);
}

/** Some land around the box, so that one sees where on Earth it lies. */
function surroundings(box: GeoBounds | null): GeoBounds | null {
	if (box === null) return null;
	const air = Math.max(5, (box.east - box.west) * 0.5, (box.north - box.south) * 0.5);
	return { west: box.west - air, south: box.south - air, east: box.east + air, north: box.north + air };
}

function outlines({ before, after, style }: Required<Omit<MiniMapProps, "className">>): readonly MapFeature[] {
	return [
		...(before ? [{ key: "before", label: "before", style: "removed", footprint: before } as const] : []),
		...(after ? [{ key: "after", label: "after", style, footprint: after } as const] : []),
	];
}

function describeOutlines(before: Footprint | null, after: Footprint | null): string {
	if (before && after) return `Footprint before: ${describeBounds([before])}. After: ${describeBounds([after])}.`;
	const only = after ?? before;
	return only ? `Footprint: ${describeBounds([only])}.` : "No footprint.";
}
