import { type BoundedBytes, cutOff, malformed } from "#lib/metadata/bounded-bytes.ts";

/** A data set of an Envisat product, by its descriptor (DSD). */
export interface EnvisatDataSet {
	readonly name: string;
	/** `M` measurements, `A` annotations, `G` global annotations, `R` references to other files. */
	readonly type: string;
	/** Bytes from the beginning of the file to the first record. */
	readonly offset: number;
	readonly records: number;
	/** Bytes of a record. */
	readonly recordLength: number;
}

export interface EnvisatHeaders {
	/** Of the main header (`MPH_…`) and the specific one (`SPH_…`), as GDAL names them. */
	readonly textsByName: ReadonlyMap<string, string>;
	readonly dataSets: readonly EnvisatDataSet[];
}

/** Bytes of the main product header, the same in all products (PO-RS-MDA-GS-2009, volume 5). */
const mainLength = 1247;
const maxSpecificLength = 1024 * 1024;

export function isEnvisat(head: Uint8Array): boolean {
	return new TextDecoder("latin1").decode(head.subarray(0, 9)) === 'PRODUCT="';
}

/** @throws RejectedError `cut-off` where the file is shorter than its header says. */
export async function readEnvisatHeaders(bytes: BoundedBytes): Promise<EnvisatHeaders> {
	const main = fieldsOf(await bytes.view(0, mainLength, "the main product header"));
	const total = integerOf(main, "TOT_SIZE");
	if (total > bytes.size) throw cutOff("the product", { offset: 0, length: total, size: bytes.size });
	const [length, count, each] = ["SPH_SIZE", "NUM_DSD", "DSD_SIZE"].map((key) => integerOf(main, key)) as [
		number,
		number,
		number,
	];
	if (length > maxSpecificLength || count * each > length)
		throw malformed("Envisat product", `its header has ${length} bytes`);
	const own = length - count * each;
	const specific = fieldsOf(await bytes.view(mainLength, own, "the specific product header"));
	const dataSets: EnvisatDataSet[] = [];
	for (let index = 0; index < count; index++) {
		const fields = fieldsOf(await bytes.view(mainLength + own + index * each, each, "a data set descriptor"));
		if ((fields.get("DS_NAME") ?? "") !== "") dataSets.push(dataSetOf(fields));
	}
	const named = (prefix: string, fields: ReadonlyMap<string, string>) =>
		[...fields].map(([key, value]) => [`${prefix}_${key}`, value] as const);
	return { textsByName: new Map([...named("MPH", main), ...named("SPH", specific)]), dataSets };
}

function dataSetOf(fields: ReadonlyMap<string, string>): EnvisatDataSet {
	return {
		name: fields.get("DS_NAME") ?? "",
		type: fields.get("DS_TYPE") ?? "",
		offset: integerOf(fields, "DS_OFFSET"),
		records: integerOf(fields, "NUM_DSR"),
		recordLength: integerOf(fields, "DSR_SIZE"),
	};
}

/** `KEY="text   "`, `KEY=+0000012<bytes>` lines; blanks at the ends, quotation marks and units are left out. */
function fieldsOf(view: DataView): ReadonlyMap<string, string> {
	const fields = new Map<string, string>();
	for (const line of new TextDecoder("latin1").decode(view).split("\n")) {
		const [, key, quoted, plain] = /^([A-Z][A-Z0-9_]{0,60})=(?:"([^"]*)"|([^<]*))/.exec(line) ?? [];
		if (key !== undefined && !fields.has(key)) fields.set(key, (quoted ?? plain ?? "").trim());
	}
	return fields;
}

/** @throws RejectedError `unreadable` unless it is a whole number that is not negative. */
export function integerOf(fields: ReadonlyMap<string, string>, key: string): number {
	const text = fields.get(key) ?? "";
	if (/^\+?\d{1,20}$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
	throw malformed("Envisat product", `its ${key} is ${JSON.stringify(text.slice(0, 40))}`);
}
