"use client";

import { useEffect, useState } from "react";
import { type LandDetail, loadLand } from "./land.ts";

/** The best land there is so far; null until the first has come, or where it cannot be loaded. */
export function useLand(detail: LandDetail): Path2D | null {
	const [land, setLand] = useState<Path2D | null>(null);
	useEffect(() => {
		let wanted = true;
		loadLand(detail).then(
			(path) => wanted && setLand(path),
			// The footprints and the graticule say where things are; the land only helps.
			() => undefined,
		);
		return () => {
			wanted = false;
		};
	}, [detail]);
	return land;
}
