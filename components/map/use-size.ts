"use client";

import { type RefObject, useEffect, useState } from "react";
import type { MapSize } from "./view.ts";

/** The element's size in CSS pixels as it changes; 0 × 0 until it is laid out. */
export function useSize(element: RefObject<HTMLElement | null>): MapSize {
	const [size, setSize] = useState<MapSize>({ width: 0, height: 0 });
	useEffect(() => {
		if (element.current === null) return;
		const observer = new ResizeObserver(([entry]) => {
			if (entry) setSize({ width: Math.round(entry.contentRect.width), height: Math.round(entry.contentRect.height) });
		});
		observer.observe(element.current);
		return () => observer.disconnect();
	}, [element]);
	return size;
}
