"use client";

import { type RefObject, useEffect, useState } from "react";
import { type FeatureStyle, featureStyles, styleOrder } from "./feature.ts";

export interface Palette {
	readonly water: string;
	readonly land: string;
	readonly line: string;
	readonly text: string;
	readonly halo: string;
	readonly features: Readonly<Record<FeatureStyle, string>>;
}

/** The page's colour tokens as a canvas needs them; they follow light and dark. null until mounted. */
export function usePalette(element: RefObject<Element | null>): Palette | null {
	const [palette, setPalette] = useState<Palette | null>(null);
	useEffect(() => {
		const read = () => element.current && setPalette(readPalette(element.current));
		read();
		const scheme = window.matchMedia("(prefers-color-scheme: dark)");
		scheme.addEventListener("change", read);
		const chosen = new MutationObserver(read);
		chosen.observe(document.documentElement, { attributeFilter: ["data-theme"] });
		return () => {
			scheme.removeEventListener("change", read);
			chosen.disconnect();
		};
	}, [element]);
	return palette;
}

function readPalette(element: Element): Palette {
	const style = getComputedStyle(element);
	const token = (name: string) => style.getPropertyValue(name).trim();
	return {
		water: token("--surface"),
		land: token("--land"),
		line: token("--border"),
		text: token("--muted"),
		halo: token("--background"),
		features: Object.fromEntries(
			styleOrder.map((key) => [key, token(featureStyles[key].token)]),
		) as Palette["features"],
	};
}
