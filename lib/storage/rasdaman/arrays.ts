import { StorageError } from "#lib/errors.ts";
import { unnameable } from "#lib/storage/listing/unclear.ts";
import type { Unclear } from "#lib/storage/storage.ts";
import type { RasdamanCall, RasdamanClient } from "./client.ts";
import type { Description } from "./description.ts";

/** The only names and numbers that are ever put into a query. */
const collectionName = /^[A-Za-z_][A-Za-z0-9_]{0,200}$/;
const objectNumber = /^(0|[1-9]\d{0,15})$/;
/** How often a collection that changes between two queries is asked again. */
const attempts = 3;

export function isCollectionName(name: string): boolean {
	return collectionName.test(name);
}

export function isObjectNumber(text: string): boolean {
	return objectNumber.test(text) && Number.isSafeInteger(Number(text));
}

/** All collections; those whose names can be in no query are unclear. */
export async function listCollections(
	client: RasdamanClient,
	call: RasdamanCall,
): Promise<{ readonly names: readonly string[]; readonly unclear: readonly Unclear[] }> {
	const names = await client.rasql("select c from RAS_COLLECTIONNAMES as c", call);
	const strange = names.filter((name) => !isCollectionName(name));
	return {
		names: [...new Set(names.filter(isCollectionName))].sort(),
		unclear: strange.map((name) =>
			unnameable(name, "cannot be queried (only names of letters, digits and “_” can)", "folder"),
		),
	};
}

/**
 * The arrays of a collection by their numbers (OIDs), or those of the given numbers that are there; three queries
 * whatever their count. Checks that all three are about the same arrays.
 * @throws StorageError `not-found` for an unknown collection, `changed` when it keeps changing.
 */
export async function describeArrays(
	client: RasdamanClient,
	{ collection, oids = null }: { readonly collection: string; readonly oids?: readonly string[] | null },
	call: RasdamanCall,
): Promise<ReadonlyMap<string, Description>> {
	if (!isCollectionName(collection) || !(oids ?? []).every(isObjectNumber))
		throw new StorageError("not-found", call.path, `The array ${call.path} does not exist; run again.`);
	const where = oids === null ? "" : ` where ${oids.map((oid) => `oid(c) = ${oid}`).join(" or ")}`;
	const select = (what: string) => client.rasql(`select ${what} from ${collection} as c${where}`, call);
	for (let attempt = 1; attempt <= attempts; attempt++) {
		const numbers = (await select("oid(c)")).map((value) => numberOf(value, call.path));
		if (numbers.length === 0) return new Map();
		// Facts that are the same before and after the second query held during it.
		const domains = await select("sdom(c)");
		const infos = (await select("dbinfo(c)")).map((value) => infoOf(value, call.path));
		const isSame =
			domains.length === numbers.length &&
			infos.length === numbers.length &&
			infos.every(({ oid }, i) => oid === null || oid === numbers[i]);
		if (!isSame) continue;
		return new Map(
			numbers.map((oid, i) => {
				const { oid: _, ...info } = infos[i] as Info;
				const domain = domainOf(domains[i] as string, call.path);
				return [oid, JSON.stringify({ rasdaman: "array", collection, oid, domain, ...info })];
			}),
		);
	}
	throw new StorageError(
		"changed",
		call.path,
		`The collection ${collection} keeps changing while it is listed; run again.`,
		{
			retryable: true,
		},
	);
}

/** A double as rasql writes it: `48641.0`, `1.0E7`. */
function numberOf(value: string, path: string): string {
	const number = /^\d{1,16}(\.\d{1,16})?(E\d{1,2})?$/i.test(value.trim()) ? Number(value) : Number.NaN;
	if (!Number.isSafeInteger(number)) throw strange(value, "number of an array", path);
	return String(number);
}

/** `[0:255,0:210]` */
function domainOf(value: string, path: string): string {
	const domain = value.trim();
	if (!/^\[(-?\d{1,18}(:-?\d{1,18})?)(,-?\d{1,18}(:-?\d{1,18})?){0,15}\]$/.test(domain))
		throw strange(value, "domain of an array", path);
	return domain;
}

interface Info {
	readonly oid: string | null;
	readonly baseType: string | null;
	readonly mddType: string | null;
	readonly tileNo: number | null;
	/** Bytes. */
	readonly totalSize: number | null;
}

const maxTypeLength = 4000;

/** Picks what concerns the contents from dbinfo; versions of rasdaman differ in names and units. */
function infoOf(value: string, path: string): Info {
	let info: unknown;
	try {
		info = JSON.parse(value);
	} catch {
		throw strange(value, "dbinfo of an array", path);
	}
	if (typeof info !== "object" || info === null || Array.isArray(info))
		throw strange(value, "dbinfo of an array", path);
	const fields = new Map(Object.entries(info).map(([name, field]) => [name.toLowerCase().replaceAll("_", ""), field]));
	const text = (...names: readonly string[]) => {
		const field = names.map((name) => fields.get(name)).find((found) => found !== undefined);
		return typeof field === "string" || typeof field === "number" ? String(field).slice(0, maxTypeLength) : null;
	};
	const oid = text("oid");
	return {
		oid: oid === null ? null : numberOf(oid, path),
		baseType: text("basetype"),
		mddType: text("mddtypename", "mddtype"),
		tileNo: amountOf(text("tileno")),
		totalSize: amountOf(text("totalsize")),
	};
}

/** `54016`, `"54016"`, `"54016B"`. */
function amountOf(text: string | null): number | null {
	const digits = /^\s*(\d{1,16})(\.0+)?\s*(B|bytes)?\s*$/i.exec(text ?? "")?.[1];
	return digits === undefined ? null : Number(digits);
}

function strange(value: string, what: string, path: string): StorageError {
	const shown = JSON.stringify(value.slice(0, 80));
	return new StorageError(
		"io",
		path,
		`The server answered ${shown}, which is not the ${what} that was expected: the answer is cut off or belongs to another request.`,
	);
}
