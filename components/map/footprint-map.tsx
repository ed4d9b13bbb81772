"use client";

import { Maximize, Minus, Plus } from "lucide-react";
import { type PointerEvent, useId, useMemo, useRef, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { cx } from "#components/ui/cx.ts";
import { boundsOf } from "./bounds.ts";
import { describeFeatures, type StyleWords } from "./describe.ts";
import { buildLayers, type MapScene } from "./draw.ts";
import type { MapFeature } from "./feature.ts";
import { MapCanvas } from "./map-canvas.tsx";
import { MapLegend } from "./map-legend.tsx";
import { usePalette } from "./palette.ts";
import { featurePicker } from "./pick.ts";
import { useLand } from "./use-land.ts";
import { useMapView } from "./use-map-view.ts";
import { pixelOf, positionAt } from "./view.ts";

interface FootprintMapProps {
	/** The map's accessible name: "Footprints of run 12". */
	readonly label: string;
	readonly features: readonly MapFeature[];
	/** The feature whose row is hovered or active. */
	readonly highlighted?: MapFeature["key"] | null;
	readonly onHighlight?: (key: MapFeature["key"] | null) => void;
	/** Click on a footprint. */
	readonly onPick?: (key: MapFeature["key"]) => void;
	/** What the legend calls a style, where that is not its own name. */
	readonly words?: StyleWords;
	/** They are on their way. */
	readonly isLoading?: boolean;
	readonly className?: string;
}

/** Pixels per degree from which the finer coast line is worth its bytes. */
const closeUp = 8;

/**
 * Footprints on the land of the world. Wheel, drag, pinch, buttons and keys move it; the pointer finds a footprint and
 * a click picks it. In words: what it shows stands in its description, and the rows of the table say the same.
 */
export function FootprintMap({
	label,
	features,
	highlighted = null,
	onHighlight,
	onPick,
	words = {},
	isLoading = false,
	className,
}: FootprintMapProps) {
	const frame = useRef<HTMLDivElement>(null);
	const [pointed, setPointed] = useState<MapFeature | null>(null);
	const description = useId();
	const palette = usePalette(frame);
	const bounds = useMemo(() => boundsOf(features.map(({ footprint }) => footprint)), [features]);
	const motion = useMapView(frame, bounds);
	const { view, size, moving } = motion;
	const land = useLand(view !== null && view.scale > closeUp ? "50m" : "110m");
	const layers = useMemo(() => (typeof Path2D === "undefined" ? [] : buildLayers(features)), [features]);
	const pick = useMemo(() => featurePicker(features), [features]);
	const marked = useMemo(() => {
		const feature = pointed ?? features.find(({ key }) => key === highlighted);
		return feature === undefined || typeof Path2D === "undefined" ? [] : buildLayers([feature]);
	}, [pointed, highlighted, features]);

	const cells = useMemo(() => features.filter(({ cell }) => cell !== undefined), [features]);
	const isDensity = features[0]?.cell !== undefined;
	const quick = moving && features.length > 500;
	const fine = features.length > 2000;
	const scene = useMemo<MapScene | null>(
		() =>
			view && palette && { view, size, palette, land, layers, marked, quick, fine, labels: size.width > 300, cells },
		[view, size, palette, land, layers, marked, quick, fine, cells],
	);

	function point(event: PointerEvent): MapFeature | null {
		const box = frame.current?.getBoundingClientRect();
		if (view === null || box === undefined) return null;
		return pick(positionAt(view, size, { x: event.clientX - box.left, y: event.clientY - box.top }));
	}
	function show(feature: MapFeature | null) {
		if (feature?.key === pointed?.key) return;
		setPointed(feature);
		if (!isDensity) onHighlight?.(feature?.key ?? null);
	}

	return (
		<figure aria-label={label} className={cx("flex min-w-0 flex-col gap-2", className)}>
			<div className="relative min-h-48 flex-1 overflow-hidden rounded-md border bg-background">
				<div
					ref={frame}
					role="application"
					aria-roledescription="map"
					aria-label={label}
					aria-describedby={description}
					// biome-ignore lint/a11y/noNoninteractiveTabindex: its keys (arrows, + - 0) need the focus
					tabIndex={0}
					className={cx(
						"absolute inset-0 touch-pan-y",
						pointed === null || isDensity ? "cursor-grab active:cursor-grabbing" : "cursor-pointer",
					)}
					{...motion.handlers}
					onPointerMove={(event) => {
						motion.handlers.onPointerMove(event);
						if (event.buttons === 0) show(point(event));
					}}
					onPointerLeave={() => show(null)}
					onPointerUp={(event) => {
						motion.handlers.onPointerUp(event);
						const feature = motion.dragged() ? null : point(event);
						if (feature !== null && !isDensity) onPick?.(feature.key);
					}}
				>
					<MapCanvas scene={scene} />
				</div>
				<p id={description} className="sr-only">
					{describeFeatures(features, words)} Arrow keys move the map, plus and minus zoom, 0 shows everything.
				</p>
				{view && pointed ? <PointedLabel feature={pointed} at={labelPlace(pointed)} /> : null}
				<MapButtons onZoom={motion.zoom} onFit={motion.showAll} />
			</div>
			<MapLegend features={features} words={words} isLoading={isLoading} />
		</figure>
	);

	function labelPlace(feature: MapFeature): { readonly left: number; readonly top: number } {
		const box = boundsOf([feature.footprint]);
		if (view === null || box === null) return { left: 0, top: 0 };
		const { x, y } = pixelOf(view, size, [(box.west + box.east) / 2, box.south]);
		return { left: Math.min(Math.max(x, 8), size.width - 8), top: Math.min(Math.max(y + 6, 4), size.height - 26) };
	}
}

function PointedLabel({
	feature,
	at,
}: {
	readonly feature: MapFeature;
	readonly at: { readonly left: number; readonly top: number };
}) {
	return (
		<div
			aria-hidden
			style={at}
			className="pointer-events-none absolute z-10 max-w-[80%] -translate-x-1/2 truncate rounded border bg-surface px-1.5 py-0.5 font-mono text-fine shadow-lg"
		>
			{feature.style === "dataset" || feature.cell !== undefined ? "" : `${feature.style} `}
			{feature.label}
		</div>
	);
}

interface MapButtonsProps {
	readonly onZoom: (factor: number) => void;
	readonly onFit: () => void;
}

function MapButtons({ onZoom, onFit }: MapButtonsProps) {
	return (
		<div className="absolute top-2 right-2 flex flex-col gap-1">
			<Button icon aria-label="Zoom in" title="Zoom in (+)" onClick={() => onZoom(1.8)}>
				<Plus aria-hidden />
			</Button>
			<Button icon aria-label="Zoom out" title="Zoom out (−)" onClick={() => onZoom(1 / 1.8)}>
				<Minus aria-hidden />
			</Button>
			<Button icon aria-label="Show all footprints" title="Show all footprints (0)" onClick={onFit}>
				<Maximize aria-hidden />
			</Button>
		</div>
	);
}
