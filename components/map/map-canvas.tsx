"use client";

import { useEffect, useRef } from "react";
import { drawMap, type MapScene } from "./draw.ts";

/** Draws the scene once per animation frame, sharp on every screen. */
export function MapCanvas({ scene }: { readonly scene: MapScene | null }) {
	const canvas = useRef<HTMLCanvasElement>(null);
	useEffect(() => {
		if (scene === null) return;
		const frame = requestAnimationFrame(() => canvas.current && paint(canvas.current, scene));
		return () => cancelAnimationFrame(frame);
	}, [scene]);
	return <canvas ref={canvas} aria-hidden className="absolute inset-0 size-full" />;
}

function paint(canvas: HTMLCanvasElement, scene: MapScene): void {
	const ratio = window.devicePixelRatio || 1;
	const [width, height] = [Math.round(scene.size.width * ratio), Math.round(scene.size.height * ratio)];
	if (canvas.width !== width) canvas.width = width;
	if (canvas.height !== height) canvas.height = height;
	const context = canvas.getContext("2d");
	if (context === null) return;
	context.setTransform(ratio, 0, 0, ratio, 0, 0);
	drawMap(context, scene);
}
