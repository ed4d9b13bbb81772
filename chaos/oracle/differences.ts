import { differingFields } from "#lib/sync/read/fields.ts";
import type { Catalogue, CatalogueDataset, FileKey } from "./catalogue.ts";

/** Reads one file alone, by the rules of the source at that position of that container; null: it is rejected. */
export type ReadAlone = (
	file: FileKey,
	home: { readonly container: string; readonly position: number },
) => Promise<CatalogueDataset | null>;

/**
 * How a catalogue with a history differs from one that was made anew of the same archive, other than the rules allow:
 *
 * - Rule 8: a file that is rejected now may have a dataset, its last good state; of several files with one EO ID another
 *   one may have it.
 * - Rule 10: the times and footprint of an emptied container are its last ones.
 * - Rule 5: what was linked by hand stays as long as its file does.
 * - A shared dataset is read by the rules of its home, whichever container had it first.
 */
export async function differences(
	lived: Catalogue,
	fresh: Catalogue,
	readAlone: ReadAlone,
): Promise<readonly string[]> {
	const found: string[] = [];
	for (const container of fresh.containers.keys()) found.push(...differencesOf(container, lived, fresh));
	for (const [file, dataset] of lived.datasets) {
		const isRejected = [...lived.rejections.values()].some((rejections) => rejections.has(file));
		if (isRejected) continue;
		const made = fresh.datasets.get(file);
		const expected = made && sameHome(made, dataset) ? made : dataset.home && (await readAlone(file, dataset.home));
		if (!expected) {
			const byHand = [...lived.links.values()].some((links) => links.get(file)?.source === null);
			if (!byHand) found.push(`the dataset of ${file} cannot be read as it is registered`);
			continue;
		}
		const fields = Object.keys(differingFields(expected.state, dataset.state));
		if (fields.length > 0) found.push(`the dataset of ${file} has another ${fields.join(", ")}`);
		if (JSON.stringify(expected.files) !== JSON.stringify(dataset.files))
			found.push(`the dataset of ${file} has other files`);
	}
	return found;
}

function differencesOf(container: string, lived: Catalogue, fresh: Catalogue): readonly string[] {
	const found: string[] = [];
	const none = new Map();
	const links = lived.links.get(container) ?? none;
	const expectedLinks = fresh.links.get(container) ?? none;
	const rejections = lived.rejections.get(container) ?? none;
	const expectedRejections = fresh.rejections.get(container) ?? none;
	for (const [file, link] of links) {
		if (expectedLinks.has(file) || link.source === null) continue;
		const expected = expectedRejections.get(file);
		// The last good state of a file that is rejected now, or the one of several that has their EO ID here.
		if (expected && (rejections.has(file) || expected.code === "duplicate-eo-id" || isContended(file))) continue;
		found.push(`${container} has ${file} too much`);
	}
	for (const file of expectedLinks.keys()) {
		if (!links.has(file) && !isDuplicate(file)) found.push(`${container} lacks ${file}`);
	}
	for (const [file, rejection] of rejections) {
		const expected = expectedRejections.get(file);
		if (isDuplicate(file)) continue;
		if (!expected) found.push(`${container} rejects ${file}: ${rejection.reason}`);
		else if (expected.code !== rejection.code || expected.reason !== rejection.reason)
			found.push(`${container} rejects ${file} otherwise: ${rejection.reason}, not ${expected.reason}`);
	}
	for (const [file, rejection] of expectedRejections) {
		if (rejections.has(file)) continue;
		if (!links.has(file) || !(rejection.code === "duplicate-eo-id" || isContended(file)))
			found.push(`${container} does not reject ${file}: ${rejection.reason}`);
	}
	return [...found, ...summaryDifferences(container, lived)];

	/** It has an EO ID that the new catalogue gave to another file: there it was read by each container, which may reject it for more. */
	function isContended(file: FileKey): boolean {
		const eoId = lived.datasets.get(file)?.state.eoId;
		return [...fresh.datasets].some(([other, { state }]) => other !== file && state.eoId === eoId);
	}

	/**
	 * It claims an EO ID that another dataset has, which is all that rule 8 asks. What is no dataset is read by each container, and
	 * may besides not fit a mosaic.
	 */
	function isDuplicate(file: FileKey): boolean {
		const rejection = rejections.get(file);
		const claims = fresh.datasets.get(file)?.state.eoId ?? expectedRejections.get(file)?.eoId;
		if (!rejection || !claims) return false;
		const isHeld = [...lived.datasets].some(([other, { state }]) => other !== file && state.eoId === claims);
		return (
			isHeld && (rejection.code === "duplicate-eo-id" ? claims === rejection.eoId : rejection.code === "does-not-fit")
		);
	}
}

/** Rule 10, reckoned from the datasets that the container has. */
function summaryDifferences(container: string, { datasets, links, containers }: Catalogue): readonly string[] {
	const summary = containers.get(container);
	const states = [...(links.get(container)?.keys() ?? [])].flatMap((file) => datasets.get(file)?.state ?? []);
	if (summary === undefined || summary.datasets !== states.length)
		return [`${container} counts ${summary?.datasets} datasets, not ${states.length}`];
	if (states.length === 0) return [];
	const times = [summary.begin, summary.end].map((time) => Date.parse(String(time)));
	const [begin, end] = [
		Math.min(...states.map((state) => Date.parse(state.begin))),
		Math.max(...states.map((state) => Date.parse(state.end))),
	];
	const found = times[0] === begin && times[1] === end ? [] : [`${container} says ${summary.begin} to ${summary.end}`];
	// Footprints of the oracle's scenes are the same or do not touch.
	const outlines = (footprints: readonly (typeof summary.footprint)[]) =>
		[
			...new Set(
				footprints.flatMap((footprint) => (footprint?.coordinates ?? []).map((polygon) => JSON.stringify(polygon))),
			),
		]
			.sort()
			.join();
	return outlines([summary.footprint]) === outlines(states.map(({ footprint }) => footprint))
		? found
		: [...found, `${container} has another footprint`];
}

function sameHome(a: CatalogueDataset, b: CatalogueDataset): boolean {
	return a.home?.container === b.home?.container && a.home?.position === b.home?.position;
}
