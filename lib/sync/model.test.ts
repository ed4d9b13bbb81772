import fc from "fast-check";
import { expect, test } from "vitest";
import type { FileFingerprint } from "#lib/catalog/json-columns.ts";
import { type Candidate, compare, type RegisteredDataset, type RegisteredRejection } from "#lib/sync/scan/compare.ts";

/**
 * One folder, two overlapping sources of a container, and any registered state whatsoever: what `compare` says, carried
 * out, makes the registered state what was found, and then it has nothing more to say.
 */

const names = ["a", "b", "c", "d"];
/** Source 1 comes first; 9 was taken out of the configuration. */
const matchedBy: Readonly<Record<number, string>> = { 1: "ab", 2: "bc" };
const activeSources = new Set([1, 2]);
/** A version whose file cannot become a dataset. */
const isBad = (version: number) => version === 3;

const files = (name: string, version: number): readonly FileFingerprint[] => [
	{ name, role: "data", size: 1, mtime: version, etag: null, inode: "1:1" },
];
const versionOf = (of: readonly FileFingerprint[]) => of[0]?.mtime ?? 0;

interface State {
	readonly datasets: Map<string, RegisteredDataset>;
	readonly archived: Map<string, RegisteredDataset>;
	readonly rejections: Map<string, RegisteredRejection>;
}

const version = fc.integer({ min: 1, max: 3 });
const good = fc.integer({ min: 1, max: 2 });
const rule = fc.constantFrom("now", "now", "old");
const found = fc.dictionary(fc.constantFrom(...names), version, { noNullPrototype: true });
const link = fc.oneof(
	fc.constantFrom(1, 2, 9, null).map((sourceId) => ({ sourceId })),
	fc.constant("elsewhere" as const),
);
const registered = fc
	.record({
		live: fc.dictionary(fc.constantFrom(...names), fc.record({ link, version: good, rule }), { noNullPrototype: true }),
		gone: fc.dictionary(fc.constantFrom(...names), fc.record({ version: good, rule }), { noNullPrototype: true }),
		bad: fc.dictionary(fc.constantFrom(...names), fc.record({ version, rule, sourceId: fc.constantFrom(1, 2, 9) }), {
			noNullPrototype: true,
		}),
	})
	.map(({ live, gone, bad }): State => {
		const dataset = (
			name: string,
			more: { version: number; rule: string; link: RegisteredDataset["link"] },
			id: number,
		) =>
			({
				id,
				eoId: name,
				path: name,
				files: files(name, more.version),
				rule: more.rule,
				link: more.link,
				now: null,
			}) as const;
		return {
			datasets: new Map(Object.entries(live).map(([name, of], i) => [name, dataset(name, of, i + 1)])),
			archived: new Map(
				Object.entries(gone).map(([name, of], i) => [name, dataset(name, { ...of, link: "archived" }, i + 101)]),
			),
			rejections: new Map(
				Object.entries(bad).map(([path, of]) => [path, { ...of, path, files: files(path, of.version) }]),
			),
		};
	});

function compareAll(folder: Readonly<Record<string, number>>, state: State, full: boolean) {
	const matches = (source: number, name: string) => matchedBy[source]?.includes(name) ?? false;
	return [1, 2].flatMap((sourceId) => {
		const data = Object.entries(folder)
			.filter(([name]) => matches(sourceId, name) && !(sourceId === 2 && matches(1, name)))
			.map(([path, at]) => ({ path, files: files(path, at) }));
		const side = {
			data,
			has: (path: string) => path in folder,
			isUndecided: () => false,
			matchedElsewhere: (path: string) => matches(3 - sourceId, path),
		};
		const datasets = [...state.datasets.values(), ...state.archived.values()].map((dataset) => ({
			...dataset,
			now: dataset.path in folder ? { rule: "now", files: files(dataset.path, folder[dataset.path] ?? 0) } : null,
		}));
		const options = {
			sourceId,
			ruleOf: () => "now",
			full,
			activeSources,
			ownsOrphans: sourceId === 1,
		};
		const { candidates } = compare(side, { datasets, rejections: [...state.rejections.values()] }, options);
		return candidates.map((candidate) => ({ ...candidate, sourceId }));
	});
}

/** What reading and applying do, in a few lines. */
function carryOut(
	{ datasets, archived, rejections }: State,
	candidates: readonly (Candidate & { sourceId: number })[],
): void {
	for (const { action, path, files, sourceId, toRead, datasetId } of candidates) {
		const live = datasets.get(path);
		rejections.delete(path);
		if (action === "removed") {
			datasets.delete(path);
			if (live) archived.set(path, { ...live, link: "archived" });
		} else if (action === "unlinked") {
			if (live) datasets.set(path, { ...live, link: "elsewhere" });
		} else if (action !== "refreshed" && files) {
			if (toRead && isBad(versionOf(files))) {
				rejections.set(path, { path, files, rule: "now", sourceId });
				continue;
			}
			const linked = live && live.link !== "elsewhere" ? live.link : { sourceId };
			datasets.set(path, { id: datasetId ?? 1000, eoId: path, path, files, rule: "now", now: null, link: linked });
			archived.delete(path);
		}
	}
}

test("carrying out the differences gives what was found, and leaves none", () => {
	fc.assert(
		fc.property(found, registered, fc.boolean(), fc.subarray([...names]), (folder, state, full, leftOut) => {
			const byHand = new Set(
				[...state.datasets].flatMap(([name, { link }]) =>
					link !== "elsewhere" && link !== "archived" && link.sourceId === null ? [name] : [],
				),
			);
			// A person leaves something out of a plan first: it is found again.
			const plan = compareAll(folder, state, full);
			carryOut(
				state,
				plan.filter(({ path }) => !leftOut.includes(path)),
			);
			const candidates = compareAll(folder, state, full);
			const foundAgain = new Set(candidates.map(({ action, path }) => `${action} ${path}`));
			for (const { action, path } of plan)
				if (leftOut.includes(path)) expect(foundAgain).toContain(`${action} ${path}`);
			expect(new Set(candidates.map(({ path, action }) => `${action} ${path}`)).size).toBe(candidates.length);
			carryOut(state, candidates);
			for (const name of names) {
				const dataset = state.datasets.get(name);
				const at = folder[name];
				const isMatched = "abc".includes(name);
				const isLinked = dataset !== undefined && dataset.link !== "elsewhere";
				if (at === undefined) {
					expect(isLinked).toBe(false);
					expect(state.rejections.has(name)).toBe(false);
				} else if (!isMatched) {
					// By hand it stays, and what a retired source had is settled elsewhere.
					if (isLinked) expect(byHand.has(name) || (dataset.link as { sourceId: number }).sourceId === 9).toBe(true);
					expect(state.rejections.has(name)).toBe(false);
				} else if (state.rejections.has(name)) {
					expect(versionOf(state.rejections.get(name)?.files ?? [])).toBe(at);
				} else {
					expect(isLinked && versionOf(dataset.files) === at && dataset.rule === "now").toBe(true);
				}
			}
			expect(compareAll(folder, state, false)).toEqual([]);
		}),
		{ numRuns: 2000 },
	);
});
