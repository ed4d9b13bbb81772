import { KilledError, killedBefore } from "#chaos/oracle/killed-database.ts";
import { formerId } from "#lib/catalog/containers/former-ids.ts";
import { renameContainer } from "#lib/catalog/containers/rename-container.ts";
import type { SourceInput } from "#lib/catalog/inputs.ts";
import { fillNextPortion } from "#lib/catalog/publications/fill.ts";
import { ignoreRejections } from "#lib/catalog/rejections/rejected-files.ts";
import { filterOf, rejectionsQuery } from "#lib/catalog/rejections/rejections-input.ts";
import { findAbandonedRuns } from "#lib/catalog/runs/run-lifecycle.ts";
import type { AppliedPart } from "#lib/cli/configuration/applied-part.ts";
import { applyConfiguration } from "#lib/cli/configuration/apply-configuration.ts";
import { parseConfiguration } from "#lib/cli/configuration/config-file.ts";
import { newFile } from "#lib/cli/configuration/export-file.ts";
import { exportedConfiguration } from "#lib/cli/configuration/exported-configuration.ts";
import { UsageError } from "#lib/errors.ts";
import { requestApply, requestRevert } from "#lib/jobs/requests/requests.ts";
import { executeRun } from "#lib/sync/execute.ts";
import { planMerge } from "#lib/sync/reshape/merge.ts";
import { planSplit, previewSplit } from "#lib/sync/reshape/split.ts";
import { violations } from "#lib/sync/testing/invariants.ts";
import { type Bench, emptyBench } from "#lib/sync/testing/testing.ts";
import { type Containers, containersIn, countDatasets, datasetsByFile, ignoredFiles, stateOf } from "./catalogue.ts";
import { differencesOf, isOfPart, sameBut, shapeOf } from "./expected.ts";
import { FeedReader } from "./feed-reader.ts";
import { files, type Step, shapes, ways } from "./steps.ts";

const asked = { actor: "oracle", trigger: "dashboard" } as const;

/** How many steps of each kind did something. */
export type Done = Map<string, number>;

/** A split or merge that was applied, with all containers before and after it. */
interface Reshaping {
	readonly run: number;
	readonly kind: "split" | "merge";
	readonly keys: readonly number[];
	readonly before: Containers;
}

/**
 * Replays a history and says what is wrong after which step; empty when all is well. After every step the containers look for what brute force
 * says, have exactly those of the archive's files, and a further sync of all finds nothing.
 */
export async function judge(
	bench: Bench,
	history: readonly Step[],
	done: Done = new Map(),
): Promise<readonly string[]> {
	await emptyBench(bench);
	// Every root of the sources exists.
	for (const folder of ["a", "b/2006", "c d{e}*"]) await bench.archive.mkdir(folder);
	const world = new World(bench);
	for (const [index, step] of history.entries()) {
		const found = await world
			.apply(step)
			.catch((error: unknown) => [String(error instanceof Error ? error.stack : error)]);
		if (found === null) continue;
		if (found.length > 0) return found.map((what) => `after step ${index + 1}, ${JSON.stringify(step)}: ${what}`);
		done.set(step.do, (done.get(step.do) ?? 0) + 1);
		for (const reader of world.readers) await reader.read();
	}
	while ((await fillNextPortion(bench.database)) !== null);
	const wrong = [...(await violations(bench.database))];
	for (const reader of world.readers) wrong.push(...(await reader.differences()));
	return wrong.map((what) => `when all is published: ${what}`);
}

class World {
	readonly readers: readonly FeedReader[];
	readonly #bench: Bench;
	/** The files of the archive; true: the file cannot become a dataset. */
	readonly #there = new Map<string, boolean>();
	/** Datasets by file; splits, merges, and taking one back change none of them. */
	#datasets: ReadonlyMap<string, number> = new Map();
	/** Files whose rejection is ignored in some container. */
	#ignored: readonly string[] = [];
	/** Nothing happened since the last split or merge. */
	#isUntouched = false;
	readonly #reshapings: Reshaping[] = [];
	readonly #exported: string[] = [];

	constructor(bench: Bench) {
		this.#bench = bench;
		this.readers = [false, true].map((withToken) => new FeedReader(bench, withToken));
	}

	/** Returns null when the step was refused or made no sense, and changed nothing. */
	async apply(step: Step): Promise<readonly string[] | null> {
		// A worker goes through what is published, or no longer, while other things happen.
		await fillNextPortion(this.#bench.database, { portion: 2 });
		const before = await containersIn(this.#bench.database);
		const state = await stateOf(this.#bench.database);
		const found = await this.#try(step, before);
		if (found === null) {
			const now = await stateOf(this.#bench.database);
			return now === state ? null : [`it was refused, but left ${now} of ${state}`];
		}
		if (found.length > 0) return found;
		const wrong = [...(await this.#wrong(step)), ...(await violations(this.#bench.database))];
		this.#exported.unshift(newFile(await exportedConfiguration(this.#bench.database), "http://localhost/"));
		return wrong;
	}

	async #try(step: Step, before: Containers): Promise<readonly string[] | null> {
		const { archive, database } = this.#bench;
		const ids = [...before.keys()];
		const pick = (number: number) => ids[number % Math.max(1, ids.length)];
		switch (step.do) {
			case "write": {
				const { path, year } = files[step.file] ?? { path: "", year: 0 };
				const begin = step.isBad ? null : `${year}-08-16T09:09:29Z`;
				await archive.scene(path, { eoId: `D${step.file}`, begin, at: [step.file, 50] });
				this.#there.set(path, step.isBad);
				return [];
			}
			case "remove": {
				const path = files[step.file]?.path ?? "";
				if (!this.#there.delete(path)) return null;
				await archive.remove(path);
				await archive.remove(path.replace(/\.tif$/, ".xml"));
				return [];
			}
			case "create": {
				if (before.has(step.id)) return null;
				return this.#unlessRefused(async () => {
					const stac = (["public", "token", "off"] as const)[step.shape % 3];
					await this.#bench.container(step.id, shapes[step.shape] ?? [], { publish: { stac } });
					return [];
				});
			}
			case "rename": {
				const id = pick(step.container);
				if (id === undefined) return null;
				return this.#unlessRefused(async () => {
					await renameContainer(database, { id, to: step.to, actor: asked.actor });
					const now = await containersIn(this.#bench.database);
					const was = before.get(id);
					const is = now.get(step.to);
					const formers = new Set([...(was?.formerIds ?? []), id].filter((each) => each !== step.to));
					return [
						...(is?.key === was?.key ? [] : [`${step.to} is another container`]),
						...differencesOf("former IDs", [...formers], is?.formerIds ?? []),
						...sameBut(before, now, [id, step.to]),
					];
				});
			}
			case "split":
				return this.#split(step, before, pick(step.container));
			case "merge":
				return this.#merge(step, before, [...new Set(step.containers.flatMap((each) => pick(each) ?? []))]);
			case "revert":
				return this.#revert(step);
			case "configure":
				return this.#configure(step, before);
			case "ignore": {
				const id = pick(step.container);
				if (id === undefined) return null;
				return this.#unlessRefused(async () => {
					await ignoreRejections(database, filterOf(rejectionsQuery.parse({ container: id })), {
						note: "known",
						by: "oracle",
					});
					return [];
				});
			}
		}
	}

	async #unlessRefused(work: () => Promise<readonly string[]>): Promise<readonly string[] | null> {
		return work().catch((error: unknown) => {
			if (error instanceof UsageError) return null;
			throw error;
		});
	}

	async #split(
		{ how: way, kill, only }: Extract<Step, { do: "split" }>,
		before: Containers,
		id: string | undefined,
	): Promise<readonly string[] | null> {
		const how = ways[way];
		const whole = before.get(id ?? "");
		if (id === undefined || how === undefined || whole === undefined) return null;
		return this.#unlessRefused(async () => {
			const preview = await previewSplit(this.#bench.database, { id, how });
			const wanted = preview.parts.filter(({ problem, datasets }) => problem === null && datasets > 0);
			const parts = only ? wanted.slice(0, 1) : wanted;
			const chosen = parts.map(({ key, id: part }) => ({ key, id: part }));
			const run = await planSplit(this.#bench.database, { id, how, parts: chosen }, asked);
			const found = await this.#carryOut(run, kill);
			if (found !== null) return found;
			const now = await containersIn(this.#bench.database);
			this.#reshapings.unshift({ run, kind: "split", keys: [whole.key], before });
			const children = [id, ...parts.map((part) => part.id)].map((each) => now.get(each));
			const wrong = sameBut(before, now, [id, ...parts.map((part) => part.id)]);
			for (const path of whole.looksFor) {
				const count = children.filter((child) => child?.looksFor.has(path)).length;
				if (count !== 1) wrong.push(`${path} is looked for by ${count} of the parts`);
			}
			for (const [index, child] of children.entries())
				for (const path of child?.looksFor ?? []) {
					if (!whole.looksFor.has(path)) wrong.push(`${path} was not looked for before`);
					const part = parts[index - 1];
					if (part === undefined) continue;
					if (!isOfPart(how, part.key, path, whole.sources)) wrong.push(`${path} is no file of the part ${part.key}`);
				}
			// A split by folder knows the folders that have datasets; what comes into others stays with the whole.
			const isKnown = (path: string) => how.by === "pattern" || this.#there.get(path) === false;
			if (how.by !== "year")
				for (const path of [...whole.looksFor].filter(isKnown)) {
					const first = parts.find(({ key }) => isOfPart(how, key, path, whole.sources));
					if (first && !now.get(first.id)?.looksFor.has(path)) wrong.push(`${path} is not looked for by ${first.id}`);
				}
			for (const { id: part, datasets } of parts) {
				const told = await countDatasets(this.#bench.database, now.get(part)?.key ?? 0);
				if (told !== datasets) wrong.push(`${part} has ${told} datasets, the preview said ${datasets}`);
			}
			return wrong;
		});
	}

	async #merge(
		{ into, kill }: Extract<Step, { do: "merge" }>,
		before: Containers,
		ids: readonly string[],
	): Promise<readonly string[] | null> {
		return this.#unlessRefused(async () => {
			const run = await planMerge(this.#bench.database, { ids, into }, asked);
			const found = await this.#carryOut(run, kill);
			if (found !== null) return found;
			const now = await containersIn(this.#bench.database);
			const merged = ids.flatMap((id) => before.get(id) ?? []);
			this.#reshapings.unshift({ run, kind: "merge", keys: merged.map(({ key }) => key), before });
			const all = new Set(merged.flatMap((each) => [...each.looksFor]));
			const names = [...ids, ...merged.flatMap(({ formerIds }) => formerIds)].filter((name) => name !== into);
			return [
				...differencesOf("files", [...all], [...(now.get(into)?.looksFor ?? [])]),
				...differencesOf("former IDs", [...new Set(names)], now.get(into)?.formerIds ?? []),
				...sameBut(before, now, [...ids, into]),
			];
		});
	}

	async #revert({ newest, kill }: Extract<Step, { do: "revert" }>): Promise<readonly string[] | null> {
		const reshaping = this.#reshapings[newest];
		if (reshaping === undefined) return null;
		const isNothingSince = newest === 0 && this.#isUntouched;
		const done = await this.#unlessRefused(async () => {
			const { run } = await requestRevert(this.#bench.database, { run: reshaping.run, ...asked });
			const found = await this.#carryOut(run, kill, { isRequested: true });
			if (found !== null) return found;
			this.#reshapings.splice(newest, 1);
			return isNothingSince ? sameBut(reshaping.before, await containersIn(this.#bench.database), []) : [];
		});
		if (done === null && isNothingSince) return ["it cannot be taken back although nothing happened since"];
		return done;
	}

	/** Returns null when it was applied. A process that dies leaves nothing behind, and another one does all of it. */
	async #carryOut(run: number, kill: number | null, { isRequested = false } = {}): Promise<readonly string[] | null> {
		const { database } = this.#bench;
		const before = await stateOf(this.#bench.database);
		if (!isRequested) await requestApply(database, { run, actor: asked.actor, approval: null });
		if (kill !== null) {
			const died = await executeRun(killedBefore(database, kill), run, { signal: new AbortController().signal }).then(
				() => false,
				(error: unknown) => {
					if (error instanceof KilledError) return true;
					throw error;
				},
			);
			if (died && (await stateOf(this.#bench.database)) !== before)
				return [`a process that died left ${await stateOf(this.#bench.database)}`];
			if (died) {
				await database.sql`update runs set lease_until = now() - interval '1 second' where lease_until is not null`;
				await findAbandonedRuns(database);
			}
		}
		const { view } = await this.#bench.execute(run);
		if (view.state === "succeeded") return null;
		// Other steps changed what the plan is about: the run says so, and changes nothing.
		if (view.error?.code === "stale") throw new UsageError(view.error.message);
		return [`run ${run} ended ${view.state}: ${view.error?.message}`];
	}

	/** An earlier configuration file is applied or refused as a whole, and refused where it must be. */
	async #configure(
		{ ago, prune }: Extract<Step, { do: "configure" }>,
		before: Containers,
	): Promise<readonly string[] | null> {
		const text = this.#exported[ago];
		if (text === undefined) return null;
		const { database } = this.#bench;
		const configuration = parseConfiguration({ text, file: "/eosync.yaml", variable: () => undefined });
		const parts: AppliedPart[] = [];
		const refused = await this.#mustRefuse(configuration.containers, before);
		const done = await this.#unlessRefused(async () => {
			await applyConfiguration(database, configuration, { prune, say: async (part) => void parts.push(part) });
			if (refused !== null) return [`the file was taken although ${refused}`];
			if (ago === 0)
				return parts.flatMap(({ outcome, name }) => (outcome === "unchanged" ? [] : [`${name} was ${outcome}`]));
			const now = await containersIn(this.#bench.database);
			const wrong: string[] = [];
			const named = new Set<string>();
			for (const { id, sources } of configuration.containers) {
				const current = now.has(id) ? id : ((await formerId(database, id))?.container ?? "");
				named.add(current);
				if (shapeOf(now.get(current)?.sources ?? []) !== shapeOf(sources))
					wrong.push(`${id} is not as the file has it`);
			}
			for (const id of now.keys()) {
				if (named.has(id)) continue;
				if (prune) wrong.push(`${id} is not in the file and was not deleted`);
				else
					wrong.push(...differencesOf(id, [...(before.get(id)?.looksFor ?? [])], [...(now.get(id)?.looksFor ?? [])]));
			}
			return wrong;
		});
		if (done === null && ago === 0) return ["the file of now was refused"];
		return done;
	}

	/** Why a configuration file must be refused: it has a container as it was before a split or merge that is in force. */
	async #mustRefuse(
		containers: readonly { readonly id: string; readonly sources: readonly SourceInput[] }[],
		now: Containers,
	): Promise<string | null> {
		for (const { id, sources } of containers) {
			const current = now.get(id) ?? now.get((await formerId(this.#bench.database, id))?.container ?? "");
			if (current === undefined) continue;
			for (const { run, before, keys, kind } of this.#reshapings) {
				const was = [...before].find(([name, told]) => name === id || told.formerIds.includes(id))?.[1];
				if (was === undefined || !keys.includes(was.key)) continue;
				// The container that it was merged into may have been given its name since: then the sources say which of the two is meant.
				if (was.key !== current.key && !now.has(id)) return `${id} was merged by run ${run}`;
				if (shapeOf(was.sources) === shapeOf(sources) && shapeOf(sources) !== shapeOf(current.sources))
					return `${id} is as it was before the ${kind} of run ${run}`;
			}
		}
		return null;
	}

	/** Compares what the containers have after a step with what they look for; a sync of all must find nothing but what the step brought. */
	async #wrong(step: Step): Promise<readonly string[]> {
		const isReshaping = step.do === "split" || step.do === "merge" || step.do === "revert";
		const isQuiet = isReshaping || step.do === "rename" || step.do === "ignore";
		this.#isUntouched = step.do === "split" || step.do === "merge";
		const wrong: string[] = [];
		if (isQuiet) wrong.push(...(await this.#contents(step)));
		const datasets = await datasetsByFile(this.#bench.database);
		if (isQuiet)
			for (const [path, dataset] of this.#datasets)
				if (datasets.get(path) !== dataset) wrong.push(`${path} is another dataset than before`);
		if (isReshaping)
			wrong.push(...differencesOf("ignored files", this.#ignored, await ignoredFiles(this.#bench.database)));
		for (const line of await this.#syncAll()) if (isQuiet) wrong.push(`a sync of all: ${line}`);
		for (let round = 0; round < 8; round += 1) if ((await this.#syncAll()).length === 0) break;
		wrong.push(
			...(await this.#contents(step)),
			...(await this.#syncAll()).map((line) => `a further sync of all: ${line}`),
		);
		this.#datasets = await datasetsByFile(this.#bench.database);
		this.#ignored = await ignoredFiles(this.#bench.database);
		return wrong;
	}

	async #contents(step: Step): Promise<readonly string[]> {
		const { sql } = this.#bench.database;
		const wrong: string[] = [];
		for (const [id, { key, looksFor: wanted }] of await containersIn(this.#bench.database)) {
			const linked = await sql<{ path: string }[]>`
				select d.path from container_datasets cd join datasets d on d.id = cd.dataset_id where cd.container_id = ${key}`;
			const rejected = await sql<{ path: string }[]>`select path from rejections where container_id = ${key}`;
			const good = [...wanted].filter((path) => this.#there.get(path) === false);
			const bad = [...wanted].filter((path) => this.#there.get(path) === true);
			const has = new Set(linked.map(({ path }) => path));
			wrong.push(
				...differencesOf(
					`${id} after ${step.do}: datasets`,
					good,
					[...has].filter((path) => this.#there.get(path) !== true),
				),
				...differencesOf(
					`${id} after ${step.do}: rejected files`,
					bad,
					rejected.map(({ path }) => path),
				),
			);
		}
		return wrong;
	}

	async #syncAll(): Promise<readonly string[]> {
		const lines: string[] = [];
		for (const id of (await containersIn(this.#bench.database)).keys()) {
			const { view, summary } = await this.#bench.run(id, { approval: "as asked" });
			if (view.state !== "succeeded") lines.push(`${id} ended ${view.state}: ${view.error?.message}`);
			lines.push(...summary.map((line) => `${id}: ${line}`));
			if (view.reread + view.verified > 0) lines.push(`${id}: read files again`);
		}
		return lines;
	}
}
