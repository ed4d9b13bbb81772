import { type FeatureStyle, featureStyles, type MapFeature, styleOrder, weights } from "./feature.ts";
import { graticule, worldFrame } from "./graticule.ts";
import { traceArea, traceOutline } from "./outline-path.ts";
import type { Palette } from "./palette.ts";
import { type MapSize, type MapView, pixelOf, worldCopies } from "./view.ts";

/** All features of one style and shade, as paths in degrees. */
export interface MapLayer {
	readonly style: FeatureStyle;
	readonly area: Path2D;
	readonly outline: Path2D;
	/** Of cells; null: of footprints. */
	readonly weight: number | null;
}

export interface MapScene {
	readonly view: MapView;
	readonly size: MapSize;
	readonly palette: Palette;
	readonly land: Path2D | null;
	readonly layers: readonly MapLayer[];
	/** Drawn on top, thicker. */
	readonly marked: readonly MapLayer[];
	/** Very many shapes: finer lines, so that they do not run into one. */
	readonly fine: boolean;
	/** While the map moves: leaves out what costs most (dashes, fills of many shapes). */
	readonly quick: boolean;
	readonly labels: boolean;
	/** Cells, which say by signs what they have most of where there is room. */
	readonly cells: readonly MapFeature[];
}

export function buildLayers(features: readonly MapFeature[]): readonly MapLayer[] {
	const layers = new Map<string, MapLayer>();
	for (const { style, footprint, cell } of features) {
		const weight = cell?.weight ?? null;
		const key = `${style} ${weight}`;
		const layer = layers.get(key) ?? { style, weight, area: new Path2D(), outline: new Path2D() };
		layers.set(key, layer);
		traceArea(layer.area, footprint);
		traceOutline(layer.outline, footprint);
	}
	return [...layers.values()].sort((a, b) => styleOrder.indexOf(a.style) - styleOrder.indexOf(b.style));
}

/** `context` is already scaled to CSS pixels. */
export function drawMap(context: CanvasRenderingContext2D, scene: MapScene): void {
	const { view, size, palette } = scene;
	const frame = worldFrame(view, size);
	context.clearRect(0, 0, size.width, size.height);
	context.save();
	context.beginPath();
	context.rect(frame.x, frame.y, frame.width, frame.height);
	context.clip();
	context.fillStyle = palette.water;
	context.fill();
	for (const shift of worldCopies(view, size)) drawLand(context, scene, shift);
	drawGraticule(context, scene);
	for (const shift of worldCopies(view, size)) {
		const place = placement(view, size, shift);
		for (const layer of scene.layers) drawLayer(context, scene, layer, { place, marked: false });
		for (const layer of scene.marked) drawLayer(context, scene, layer, { place, marked: true });
	}
	drawSigns(context, scene);
	context.restore();
}

function placement({ lon, lat, scale, stretch }: MapView, size: MapSize, shift: number): DOMMatrix {
	return new DOMMatrix([
		scale * stretch,
		0,
		0,
		scale,
		size.width / 2 + (shift - lon) * scale * stretch,
		size.height / 2 + lat * scale,
	]);
}

/** The path itself is moved, not the pen: strokes keep their width. */
function placed(path: Path2D, place: DOMMatrix): Path2D {
	const moved = new Path2D();
	moved.addPath(path, place);
	return moved;
}

function drawLand(context: CanvasRenderingContext2D, { land, palette, view, size }: MapScene, shift: number): void {
	if (land === null) return;
	context.fillStyle = palette.land;
	context.fill(placed(land, placement(view, size, shift)));
}

function drawLayer(
	context: CanvasRenderingContext2D,
	{ palette, quick, fine }: MapScene,
	{ style, area, outline, weight }: MapLayer,
	{ place, marked }: { readonly place: DOMMatrix; readonly marked: boolean },
): void {
	const color = palette.features[style];
	if (weight !== null && !marked) {
		fillCells(context, { color, area, place, weight });
		return;
	}
	if (!quick || marked) {
		context.globalAlpha = marked ? 0.35 : fine ? 0.05 : 0.12;
		context.fillStyle = color;
		context.fill(placed(area, place));
	}
	context.globalAlpha = 1;
	const line = placed(outline, place);
	context.lineJoin = "round";
	if (marked) {
		context.setLineDash([]);
		context.lineWidth = 5;
		context.strokeStyle = palette.halo;
		context.stroke(line);
	}
	context.setLineDash(quick ? [] : [...featureStyles[style].dash]);
	context.globalAlpha = fine && !marked ? 0.6 : 1;
	context.lineWidth = marked ? 2.5 : fine ? 0.75 : 1.25;
	context.strokeStyle = color;
	context.stroke(line);
	context.setLineDash([]);
	context.globalAlpha = 1;
}

/** Without outlines: neighbours make one surface. */
function fillCells(
	context: CanvasRenderingContext2D,
	{ color, area, place, weight }: Pick<MapLayer, "area"> & { color: string; place: DOMMatrix; weight: number },
): void {
	context.globalAlpha = 0.15 + (0.75 * weight) / weights;
	context.fillStyle = color;
	context.fill(placed(area, place));
	context.globalAlpha = 1;
}

/** Pixels that a sign takes. */
const signSize = 14;

function drawSigns(context: CanvasRenderingContext2D, { cells, view, size, palette }: MapScene): void {
	const half = (cells[0]?.cell?.size ?? 0) / 2;
	if (half * 2 * view.scale * view.stretch < signSize + 4) return;
	context.font = `600 ${signSize}px ui-monospace, monospace`;
	context.textAlign = "center";
	context.textBaseline = "middle";
	context.lineWidth = 3;
	context.strokeStyle = palette.halo;
	context.fillStyle = palette.text;
	for (const { style, footprint } of cells) {
		const [lon, lat] = footprint.coordinates[0]?.[0]?.[0] ?? [0, 0];
		const { x, y } = pixelOf(view, size, [lon + half, lat + half]);
		if (x < 0 || y < 0 || x > size.width || y > size.height) continue;
		context.strokeText(featureStyles[style].sign, x, y);
		context.fillText(featureStyles[style].sign, x, y);
	}
	context.textAlign = "start";
	context.textBaseline = "alphabetic";
}

function drawGraticule(context: CanvasRenderingContext2D, { view, size, palette, labels }: MapScene): void {
	const { meridians, parallels } = graticule(view, size);
	context.strokeStyle = palette.text;
	context.globalAlpha = 0.18;
	context.lineWidth = 1;
	context.beginPath();
	for (const { at } of meridians) {
		context.moveTo(Math.round(at) + 0.5, 0);
		context.lineTo(Math.round(at) + 0.5, size.height);
	}
	for (const { at } of parallels) {
		context.moveTo(0, Math.round(at) + 0.5);
		context.lineTo(size.width, Math.round(at) + 0.5);
	}
	context.stroke();
	context.globalAlpha = 1;
	if (!labels) return;
	context.fillStyle = palette.text;
	context.font = "10px ui-monospace, monospace";
	for (const { at, label } of meridians) context.fillText(label, at + 3, size.height - 5);
	const left = worldFrame(view, size).x + 4;
	for (const { at, label } of parallels) if (at < size.height - 24 && at > 14) context.fillText(label, left, at - 3);
}
