/** What decides whether two datasets show the same scene. */
export interface Scene {
	readonly platform: string | null;
	readonly productType: string | null;
	/** Milliseconds since 1970. */
	readonly begin: number;
	readonly end: number;
	/** West, south, east, north of its footprint, degrees. */
	readonly bounds: readonly [number, number, number, number];
	/** Pixels. */
	readonly size: readonly [number, number];
	/** Names of its bands. */
	readonly bands: readonly string[];
	/** What else tells acquisitions or products apart, where the metadata say it: sensor mode, polarisation, processing level. */
	readonly more: Readonly<Record<string, string | number>>;
}

/** Times may differ by so much, milliseconds: some formats have seconds only. */
export const timeTolerance = 1000;
/** And outlines, degrees: documents round them. */
export const boundsTolerance = 0.01;

/**
 * Whether both are the same acquisition as the same product: platform and product type are known and the same, begin, end and outline
 * agree within the tolerances, and nothing that both say tells them apart: other bands, another grid or level is another product.
 */
export function isSameScene(a: Scene, b: Scene): boolean {
	if (a.platform === null || a.productType === null) return false;
	if (a.platform !== b.platform || a.productType !== b.productType) return false;
	if (Math.abs(a.begin - b.begin) > timeTolerance || Math.abs(a.end - b.end) > timeTolerance) return false;
	if (a.bounds.some((side, i) => Math.abs(side - (b.bounds[i] ?? Number.NaN)) > boundsTolerance)) return false;
	if (a.size[0] !== b.size[0] || a.size[1] !== b.size[1]) return false;
	if (a.bands.length !== b.bands.length || a.bands.some((band, i) => band !== b.bands[i])) return false;
	return Object.entries(a.more).every(([name, value]) => b.more[name] === undefined || b.more[name] === value);
}

/**
 * What of an EO ID, or a product's name, says which scene it is of, as far as the naming rules of known products tell: without when, where
 * and by which version of the processor it was made. null: the name follows none of these rules.
 */
export function sourceSceneOf(name: string): string | null {
	const bare = name.replace(/\.(SAFE|SEN3|zip|tar|tgz|N1)$/i, "");
	for (const { pattern, scene } of rules) {
		const found = pattern.exec(bare);
		if (found !== null) return scene.map((group) => found[group]).join("_");
	}
	return null;
}

interface NameRule {
	readonly pattern: RegExp;
	/** The groups that say which scene it is. */
	readonly scene: readonly number[];
}

const rules: readonly NameRule[] = [
	// Sentinel-2, compact naming: without processing baseline and time of production.
	{ pattern: /^(S2[A-Z]_MSIL(?:1C|2A)_\d{8}T\d{6})_N\d{4}_(R\d{3}_T\d{2}[A-Z]{3})_\d{8}T\d{6}$/, scene: [1, 2] },
	// Sentinel-1: without the product's unique identifier.
	{
		pattern:
			/^(S1[A-Z]_[A-Z0-9]{2}_[A-Z]{3}[A-Z_]_[0-9][A-Z]{3}_\d{8}T\d{6}_\d{8}T\d{6}_\d{6}_[0-9A-F]{6})_[0-9A-F]{4}(?:_COG)?$/,
		scene: [1],
	},
	// Landsat Collections: without processing date, collection and tier.
	{ pattern: /^(L[COTEM]\d{2}_L\d[A-Z]{2}_\d{6}_\d{8})_\d{8}_\d{2}_(?:RT|T1|T2)$/, scene: [1] },
];
