import { StorageError } from "#lib/errors.ts";
import { unnameable } from "#lib/storage/listing/unclear.ts";
import type { Unclear } from "#lib/storage/storage.ts";
import { describeArrays, isCollectionName } from "./arrays.ts";
import type { RasdamanCall, RasdamanClient } from "./client.ts";
import type { Description } from "./description.ts";
import type { XmlNode } from "./xml.ts";

/** The parts of the capabilities' CoverageSummary that DescribeCoverage lacks. */
export interface CoverageSummary {
	readonly subtype: string | null;
	/** The subtype as the server writes it. */
	readonly sizeInBytes: string | null;
}

export interface Capabilities {
	readonly summariesById: ReadonlyMap<string, CoverageSummary>;
	readonly unclear: readonly Unclear[];
}

/** The largest answer; coverages that do not fit are requested in smaller batches. */
const maxDescriptionsBytes = 32 * 1024 * 1024;
/** The most coverages, whose names and short summaries are held in memory. */
const maxCoverages = 500_000;
/** A request line of 8 kB passes every proxy. */
const maxIdsLength = 4000;
const idsPerRequest = 50;
/** So many coverages may fail by themselves before the whole server counts as failing. */
const maxFailing = 20;

/** Identifiers that can be requested and can be the name of a file with `.json`. A comma separates identifiers. */
export function isCoverageId(id: string): boolean {
	return /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.:\-·]*$/u.test(id) && Buffer.byteLength(id) <= 250;
}

/** All coverages, by GetCapabilities. */
export async function listCoverages(client: RasdamanClient, call: RasdamanCall): Promise<Capabilities> {
	const summariesById = new Map<string, CoverageSummary>();
	const unclear: Unclear[] = [];
	const { root, sections } = await client.ows(
		{ request: "GetCapabilities" },
		{
			...call,
			collect: "CoverageSummary",
			onElement: (element) => {
				const id = textOf(element, "CoverageId") ?? "";
				if (isCoverageId(id)) summariesById.set(id, summaryOf(element));
				else if (unclear.length < 100) unclear.push(unnameable(`${id}.json`, badId));
				if (summariesById.size > maxCoverages) throw new Error(`it has more than ${maxCoverages} coverages`);
			},
		},
	);
	// A page of something else could be sound XML without a single coverage.
	if (root !== "Capabilities" || !sections.has("Contents"))
		throw new StorageError(
			"io",
			call.path,
			`The server answers GetCapabilities with <${root.slice(0, 60)}>; check that the address is petascope's.`,
		);
	return { summariesById, unclear };
}

export interface DescribedCoverage {
	readonly id: string;
	readonly description: Description;
	/** Why the server cannot describe the coverage although it lists it. */
	readonly failure: StorageError | null;
}

interface CoverageOptions {
	readonly summariesById: ReadonlyMap<string, CoverageSummary>;
	/** Ask for each coverage's array as well: a query each. */
	readonly arrays: boolean;
}

/**
 * Hands over the descriptions of coverages as they arrive; some ids per request. An id that the server lists but cannot
 * describe is described by that alone: it is there, and its dataset stays; opening it says why.
 */
export async function describeCoverages(
	client: RasdamanClient,
	ids: readonly string[],
	{ summariesById, arrays }: CoverageOptions,
	call: RasdamanCall,
	take: (described: DescribedCoverage) => void,
): Promise<void> {
	let failing = 0;
	const describePortion = async (some: readonly string[]): Promise<void> => {
		try {
			const described: DescribedCoverage[] = [];
			for (const [id, json] of await describeSome(client, some, call)) {
				const { subtype = null, sizeInBytes = null } = summariesById.get(id) ?? {};
				const array = arrays ? await arrayOf(client, id, call) : null;
				const summary = JSON.stringify({ rasdaman: "coverage", id, subtype, sizeInBytes, array });
				described.push({ id, description: `${summary.slice(0, -1)},"description":${json}}`, failure: null });
			}
			// All of them or, below, in smaller batches: none twice.
			described.forEach(take);
		} catch (error) {
			if (!(error instanceof StorageError) || (error.code !== "io" && error.code !== "not-found") || error.retryable)
				throw error;
			const [first] = some;
			if (some.length > 1) {
				const middle = some.length >> 1;
				await describePortion(some.slice(0, middle));
				await describePortion(some.slice(middle));
			} else if (first !== undefined) {
				failing++;
				if (failing > maxFailing) throw error;
				const description = JSON.stringify({ rasdaman: "coverage", id: first, failed: error.code });
				take({ id: first, description, failure: error });
			}
		}
	};
	const pending = portions(ids);
	let failed = false;
	const lane = async () => {
		for (const some of pending) {
			if (failed) return;
			await describePortion(some);
		}
	};
	const lanes = Array.from({ length: client.limits.parallel }, lane);
	await Promise.all(lanes).finally(() => {
		failed = true;
	});
}

/** One request; all of them, each as JSON, or an error. */
async function describeSome(
	client: RasdamanClient,
	ids: readonly string[],
	call: RasdamanCall,
): Promise<[string, string][]> {
	const wanted = new Set(ids);
	const found: [string, string][] = [];
	await client.ows(
		{ request: "DescribeCoverage", coverageId: ids.join(",") },
		{
			...call,
			maxBytes: maxDescriptionsBytes,
			collect: "CoverageDescription",
			onElement: (element) => {
				const id = textOf(element, "CoverageId");
				if (id === null || !wanted.delete(id)) throw new Error("it describes a coverage that was not requested");
				found.push([id, JSON.stringify(plain(element))]);
			},
		},
	);
	if (wanted.size > 0)
		throw new StorageError(
			"io",
			call.path,
			`The server did not describe ${[...wanted].slice(0, 5).join(", ")}; look into its log.`,
		);
	return found;
}

/** Petascope keeps a coverage in a collection of its name; where it does not, nothing is known of its array. */
async function arrayOf(client: RasdamanClient, id: string, call: RasdamanCall): Promise<unknown> {
	if (!isCollectionName(id)) return null;
	try {
		const arrays = await describeArrays(client, { collection: id }, call);
		return [...arrays.values()].map((description) => JSON.parse(description));
	} catch (error) {
		if (error instanceof StorageError && error.code === "not-found") return null;
		throw error;
	}
}

function* portions(ids: readonly string[]): Generator<readonly string[]> {
	let portion: string[] = [];
	let length = 0;
	for (const id of ids) {
		const more = encodeURIComponent(id).length + 3;
		if (portion.length === idsPerRequest || (portion.length > 0 && length + more > maxIdsLength)) {
			yield portion;
			portion = [];
			length = 0;
		}
		portion.push(id);
		length += more;
	}
	if (portion.length > 0) yield portion;
}

function summaryOf(summary: XmlNode): CoverageSummary {
	const parameters = summary.children
		.filter(({ name }) => name === "AdditionalParameters")
		.flatMap(({ children }) => children);
	const size = parameters.find((parameter) => textOf(parameter, "Name") === "sizeInBytes");
	return {
		subtype: textOf(summary, "CoverageSubtype")?.slice(0, 100) ?? null,
		sizeInBytes: (size && textOf(size, "Value"))?.slice(0, 30) ?? null,
	};
}

function textOf({ children }: XmlNode, name: string): string | null {
	return children.find((child) => child.name === name)?.text ?? null;
}

/** `[name, namespace, attributes, children, text]` */
type Plain = readonly [string, string, Readonly<Record<string, string>>, readonly Plain[], string];

function plain({ name, namespace, attributes, children, text }: XmlNode): Plain {
	return [name, namespace, attributes, children.map(plain), text];
}

const badId = "cannot be queried (only names of letters, digits, “_”, “-”, “.” and “:” can)";
