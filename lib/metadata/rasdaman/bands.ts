import { RejectedError } from "#lib/errors.ts";
import { lookupTable } from "#lib/lookup-table.ts";
import type { Band, DataType, XmlElement } from "#lib/metadata/metadata.ts";
import { elementsAt, textAt } from "#lib/metadata/text/xml-path.ts";

const maxBands = 10_000;

/** OGC's data types, by the last word of their URI, and rasdaman's own, which have the names of C's of long ago. */
const dataTypesByName = lookupTable<DataType>({
	boolean: "Byte",
	bool: "Byte",
	unsignedbyte: "Byte",
	char: "Byte",
	signedbyte: "Int8",
	octet: "Int8",
	unsignedshort: "UInt16",
	ushort: "UInt16",
	signedshort: "Int16",
	short: "Int16",
	unsignedint: "UInt32",
	ulong: "UInt32",
	signedint: "Int32",
	long: "Int32",
	unsignedlong: "UInt64",
	signedlong: "Int64",
	float16: "Float16",
	float32: "Float32",
	float: "Float32",
	float64: "Float64",
	double: "Float64",
	cint16: "CInt16",
	cint32: "CInt32",
	cfloat32: "CFloat32",
	complex: "CFloat32",
	cfloat64: "CFloat64",
	complexd: "CFloat64",
});

/**
 * Bands by the base type from dbinfo: `char`, `marray <float>`, `marray <struct { char red, char green }>`.
 * @throws RejectedError `unsupported`.
 */
export function bandsOfBaseType(baseType: string | null): readonly Band[] {
	const bands = bandTypesOf(baseType ?? "");
	if (bands === null)
		throw new RejectedError(
			"unsupported",
			`The array's base type ${JSON.stringify((baseType ?? "").slice(0, 100))} is not one of rasdaman's.`,
		);
	return bands;
}

function bandTypesOf(baseType: string): readonly Band[] | null {
	const inner = /struct\s*\{([^}]*)\}/.exec(baseType)?.[1];
	const members = inner === undefined ? [baseType.replace(/^\s*marray\s*<|[>,[].*$/g, " ")] : inner.split(",");
	if (members.length > maxBands) return null;
	const bands = members.map((text, i): Band | null => {
		const words = text.split(/[\s:]+/).filter((word) => word !== "");
		const dataType = words.map(typeOf).find((type) => type !== null);
		const name = words.find((word) => typeOf(word) === null) ?? `B${i + 1}`;
		return dataType ? { name: inner === undefined ? `B${i + 1}` : name, dataType, nodata: null } : null;
	});
	return bands.every((band) => band !== null) ? bands : null;
}

/**
 * Bands by a coverage's range type; the data type is that of the field's definition, else that of the array.
 * @throws RejectedError `unsupported` where neither gives it.
 */
export function bandsOfRangeType(description: XmlElement, baseType: string | null): readonly Band[] {
	const fields = elementsAt(description, "rangeType|RangeType/DataRecord/field");
	if (fields.length === 0 || fields.length > maxBands)
		throw new RejectedError("unreadable", `The coverage's range type has ${fields.length} fields.`);
	const array = baseType === null ? null : bandTypesOf(baseType);
	return fields.map((field, i) => {
		const name = field.attributes.name?.trim() || `B${i + 1}`;
		const [quantity] = field.children;
		const dataType = typeOf(quantity?.attributes.definition?.split(/[/:#]/).at(-1) ?? "") ?? array?.[i]?.dataType;
		if (dataType === undefined)
			throw new RejectedError(
				"unsupported",
				`The coverage does not give the data type of its field ${name.slice(0, 100)}; turn on coverageArrays for its storage, so that eosync asks for its array.`,
			);
		return { name, dataType, nodata: quantity === undefined ? null : nodataOf(quantity, dataType) };
	});
}

function typeOf(name: string): DataType | null {
	const key = name.toLowerCase();
	return dataTypesByName[key] ?? null;
}

/** The first nil value; a range of them (`0:5`) has no place in a band. */
function nodataOf(quantity: XmlElement, dataType: DataType): Band["nodata"] {
	const text = textAt(quantity, "nilValues/NilValues/nilValue") ?? "";
	if (/^[+-]?nanf?$/i.test(text)) return "NaN";
	if (/^[+-]?inf/i.test(text)) return text.startsWith("-") ? "-Infinity" : "Infinity";
	if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return null;
	const value = Number(text);
	if (!Number.isFinite(value)) return value < 0 ? "-Infinity" : "Infinity";
	const isLong = /^[+-]?\d+$/.test(text) && !Number.isSafeInteger(value) && dataType.endsWith("Int64");
	return isLong ? String(BigInt(text)) : value;
}
