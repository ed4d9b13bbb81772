import { StorageError } from "#lib/errors.ts";
import type { RasdamanConfig } from "#lib/storage/config.ts";
import { digestOf } from "#lib/storage/listing/digest.ts";
import { byName } from "#lib/storage/path.ts";
import type {
	AccessOptions,
	Entry,
	Listing,
	ListOptions,
	OpenFile,
	Storage,
	StorageFacts,
	Unclear,
} from "#lib/storage/storage.ts";
import { describeArrays, listCollections } from "./arrays.ts";
import { Batches } from "./batch.ts";
import { type RasdamanCall, RasdamanClient, type RasdamanClientOptions } from "./client.ts";
import {
	type Capabilities,
	type CoverageSummary,
	type DescribedCoverage,
	describeCoverages,
	listCoverages,
} from "./coverages.ts";
import { descriptionEntry, RasdamanFile } from "./description.ts";
import { withPath } from "./errors.ts";
import { foldersOf, placeOf, type RasdamanPlace } from "./place.ts";

interface RasdamanOptions extends RasdamanClientOptions {
	/** How long the summaries of the capabilities are reused for single coverages. */
	readonly summariesMs?: number;
}

type Described = Pick<DescribedCoverage, "description" | "failure">;

/** Arrays or coverages per request when many are read. */
const perRequest = 40;

/**
 * A rasdaman server behind petascope, as folders: `collections/NAME/OID.json` is an array, `coverages/ID.json` a
 * georeferenced coverage. The bytes of such a file are the server's description of it, its version is their hash.
 */
export class RasdamanStorage implements Storage {
	readonly type = "rasdaman";
	readonly timeGrain = null;
	readonly parallel: number;
	readonly #config: RasdamanConfig;
	readonly #client: RasdamanClient;
	readonly #summariesMs: number;
	readonly #closing = new AbortController();
	readonly #arrays: Batches<Described>;
	readonly #coverages: Batches<Described>;
	#summaries: { readonly byId: ReadonlyMap<string, CoverageSummary>; readonly until: number } | null = null;

	constructor(config: RasdamanConfig, options: RasdamanOptions = {}) {
		this.#config = config;
		this.#client = new RasdamanClient(config, options);
		this.#summariesMs = options.summariesMs ?? 60_000;
		this.parallel = this.#client.limits.parallel;
		this.#arrays = new Batches(perRequest, (keys) => this.#loadArrays(keys));
		this.#coverages = new Batches(perRequest, (keys) => this.#loadCoverages(keys));
	}

	async list(path: string, { knownDigest = null, signal }: ListOptions): Promise<Listing> {
		const place = placeOf(path, this.#config.show);
		signal.throwIfAborted();
		const call = { path, signal };
		switch (place.kind) {
			case "root":
				// One small query shows whether the server is there; coverages have no query as small.
				if (this.#config.show !== "coverages") await listCollections(this.#client, call);
				return listing(foldersOf(this.#config.show), [], [], knownDigest);
			case "collections": {
				const { names, unclear } = await listCollections(this.#client, call);
				return listing(names, [], unclear, knownDigest);
			}
			case "collection": {
				const arrays = await describeArrays(this.#client, { collection: place.collection }, call);
				const files = [...arrays].map(([oid, description]) => descriptionEntry(`${oid}.json`, description));
				return listing([], files, [], knownDigest);
			}
			case "coverages": {
				const { summariesById, unclear } = await this.#capabilities(call);
				const files: Entry[] = [];
				const options = { summariesById, arrays: this.#config.coverageArrays };
				await describeCoverages(this.#client, [...summariesById.keys()], options, call, ({ id, description }) =>
					files.push(descriptionEntry(`${id}.json`, description)),
				);
				return listing([], files, unclear, knownDigest);
			}
			default:
				throw new StorageError("not-found", path, `${JSON.stringify(path)} is not a folder of this server; ${advice}.`);
		}
	}

	async stat(path: string, { signal }: AccessOptions): Promise<Entry | null> {
		const place = placeOf(path, this.#config.show);
		signal.throwIfAborted();
		if (place.kind !== "array" && place.kind !== "coverage") return null;
		const described = await this.#describe(place, { path, signal });
		return described && descriptionEntry(place.name, described.description);
	}

	async open(path: string, { signal }: AccessOptions): Promise<OpenFile> {
		const place = placeOf(path, this.#config.show);
		signal.throwIfAborted();
		const isFile = place.kind === "array" || place.kind === "coverage";
		const described = isFile ? await this.#describe(place, { path, signal }) : null;
		if (!isFile || described === null)
			throw new StorageError(
				"not-found",
				path,
				`${JSON.stringify(path)} does not exist on this server, or was removed; ${advice}.`,
			);
		const { description, failure } = described;
		if (failure !== null) throw withPath(failure, path);
		return new RasdamanFile({
			path,
			entry: descriptionEntry(place.name, description),
			description,
			now: async (reading) => (await this.#describe(place, { path, signal: reading }))?.description ?? null,
		});
	}

	async facts({ signal }: { readonly signal: AbortSignal }): Promise<StorageFacts> {
		const call = { path: "", signal };
		let server: string | null = null;
		if (this.#config.show === "coverages") await this.#capabilities(call);
		else server = await this.#version(call);
		const notes = [
			"An array that was overwritten in place, with the same extent, size and tiles, looks unchanged, because rasdaman reports neither times nor versions. Changes of number, domain, tiles, extent, bands and metadata are noticed.",
		];
		if (this.#config.show !== "collections" && !this.#config.coverageArrays)
			notes.push(
				"A coverage that was deleted and imported again exactly as it was looks unchanged as well; with coverageArrays its array is compared too, at the price of three queries per coverage and listing.",
			);
		return { server: server?.slice(0, 200) ?? null, times: "none", versions: true, ranges: true, notes };
	}

	async #version(call: RasdamanCall): Promise<string | null> {
		try {
			return (await this.#client.rasql("select version()", call))[0] ?? null;
		} catch (error) {
			if (!(error instanceof StorageError) || error.code !== "io") throw error;
			// Old versions do not know the query; this shows whether it is a rasdaman at all.
			await listCollections(this.#client, call);
			return null;
		}
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#closing.abort(new StorageError("io", "", "The storage was closed while it was in use."));
		await this.#client[Symbol.asyncDispose]();
	}

	/** null: it does not exist. */
	async #describe(
		place: Extract<RasdamanPlace, { kind: "array" | "coverage" }>,
		{ path, signal }: RasdamanCall,
	): Promise<Described | null> {
		try {
			return place.kind === "array"
				? await this.#arrays.get(`${place.collection}/${place.oid}`, signal)
				: await this.#coverages.get(place.id, signal);
		} catch (error) {
			if (!(error instanceof StorageError) || signal.aborted) throw error;
			if (error.code === "not-found") return null;
			throw withPath(error, path);
		}
	}

	/** Of several collections each is asked for by itself; one that is gone has no arrays. */
	async #loadArrays(keys: readonly string[]): Promise<ReadonlyMap<string, Described>> {
		const found = new Map<string, Described>();
		const pairs = keys.map((key) => key.split("/") as [string, string]);
		for (const [collection, group] of Map.groupBy(pairs, ([name]) => name)) {
			const oids = group.map(([, oid]) => oid);
			const call = { path: `collections/${collection}`, signal: this.#closing.signal };
			try {
				for (const [oid, description] of await describeArrays(this.#client, { collection, oids }, call))
					found.set(`${collection}/${oid}`, { description, failure: null });
			} catch (error) {
				if (!(error instanceof StorageError) || error.code !== "not-found") throw error;
			}
		}
		return found;
	}

	/** A coverage that the server does not know, though its capabilities had it a moment ago, is gone. */
	async #loadCoverages(ids: readonly string[]): Promise<ReadonlyMap<string, Described>> {
		const call = { path: "coverages", signal: this.#closing.signal };
		const found = new Map<string, Described>();
		const known = this.#summaries;
		const isFresh = known !== null && performance.now() < known.until && ids.every((id) => known.byId.has(id));
		const summariesById = isFresh ? known.byId : (await this.#capabilities(call)).summariesById;
		const options = { summariesById, arrays: this.#config.coverageArrays };
		const there = ids.filter((id) => summariesById.has(id));
		await describeCoverages(this.#client, there, options, call, (described) => {
			if (described.failure?.code !== "not-found") found.set(described.id, described);
		});
		return found;
	}

	async #capabilities(call: RasdamanCall): Promise<Capabilities> {
		const capabilities = await listCoverages(this.#client, call);
		this.#summaries = { byId: capabilities.summariesById, until: performance.now() + this.#summariesMs };
		return capabilities;
	}
}

const advice = "its files are collections/NAME/OID.json and coverages/ID.json";

function listing(
	folders: readonly string[],
	files: readonly Entry[],
	unclear: readonly Unclear[],
	knownDigest: string | null,
): Listing {
	const sorted = files.toSorted(byName);
	const digest = digestOf(folders, sorted);
	return { digest, folders, files: digest === knownDigest ? null : sorted, unclear };
}
