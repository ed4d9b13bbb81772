import type { WktNode } from "./wkt.ts";

/** The first child of one of these keywords. */
export function child(node: WktNode | undefined, ...keywords: readonly string[]): WktNode | undefined {
	return node?.children.find(({ keyword }) => keywords.includes(keyword));
}

export function epsgCode(node: WktNode | undefined): number | null {
	const [authority, code] = child(node, "AUTHORITY", "ID")?.values ?? [];
	const number = Number(code);
	return String(authority).toUpperCase() === "EPSG" && Number.isInteger(number) && number > 0 ? number : null;
}

export function plain(text: unknown): string {
	return String(text)
		.toLowerCase()
		.replace(/[^a-z0-9]/g, "");
}

export function unitOf(node: WktNode | undefined, ...keywords: readonly string[]): number | null {
	const size = child(node, ...keywords)?.values[1];
	return typeof size === "number" && size > 0 ? size : null;
}

export function degreesOf(radians: number | null): number | null {
	if (radians === null) return null;
	const degrees = (radians * 180) / Math.PI;
	const round = [1, 0.9].find((one) => Math.abs(degrees - one) < 1e-9);
	return round ?? degrees;
}
