/** For tests: what a classic netCDF file is made of. */
export interface ClassicFile {
	/** By name; 0: the one that grows. */
	readonly dimensions: Readonly<Record<string, number>>;
	readonly attributes?: ClassicAttributes;
	readonly variables: Readonly<Record<string, ClassicVariable>>;
	/** Of the dimension that grows. */
	readonly records?: number;
}

type ClassicAttributes = Readonly<Record<string, string | readonly number[]>>;

export interface ClassicVariable {
	readonly type: keyof typeof typeCodes;
	readonly dimensions: readonly string[];
	readonly attributes?: ClassicAttributes;
	/** Zeros where left out. */
	readonly values?: readonly number[];
}

const typeCodes = { byte: 1, char: 2, short: 3, int: 4, float: 5, double: 6 } as const;
const sizes = { byte: 1, char: 1, short: 2, int: 4, float: 4, double: 8 } as const;

function encode(type: keyof typeof typeCodes, values: readonly number[]): Buffer {
	const bytes = Buffer.alloc(values.length * sizes[type]);
	values.forEach((value, index) => {
		const at = index * sizes[type];
		if (type === "double") bytes.writeDoubleBE(value, at);
		else if (type === "float") bytes.writeFloatBE(value, at);
		else if (type === "int") bytes.writeInt32BE(value, at);
		else if (type === "short") bytes.writeInt16BE(value, at);
		else bytes.writeInt8(value, at);
	});
	return bytes;
}

const padded = (bytes: Uint8Array) => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);

/** For tests: a netCDF file of version 1 (classic), 2 (64-bit offset) or 5 (CDF-5). */
export function writeClassic(file: ClassicFile, version: 1 | 2 | 5 = 1): Buffer {
	const word = (value: number) => encode("int", [value]);
	const long = (value: number) => Buffer.concat([word(0), word(value)]);
	const length = version === 5 ? long : word;
	const offset = version === 1 ? word : long;
	const name = (text: string) => Buffer.concat([length(Buffer.byteLength(text)), padded(Buffer.from(text))]);
	const list = (tag: number, items: readonly Buffer[]) =>
		items.length === 0
			? Buffer.concat([word(0), length(0)])
			: Buffer.concat([word(tag), length(items.length), ...items]);
	const attributeList = (attributes: ClassicAttributes = {}) =>
		list(
			12,
			Object.entries(attributes).map(([key, value]) =>
				typeof value === "string"
					? Buffer.concat([
							name(key),
							word(typeCodes.char),
							length(Buffer.byteLength(value)),
							padded(Buffer.from(value)),
						])
					: Buffer.concat([name(key), word(typeCodes.double), length(value.length), encode("double", value)]),
			),
		);
	const dimensionNames = Object.keys(file.dimensions);
	const variables = Object.entries(file.variables).map(([key, variable]) => {
		const isGrowing = file.dimensions[variable.dimensions[0] ?? ""] === 0;
		const count = variable.dimensions.reduce((product, one) => product * (file.dimensions[one] || 1), 1);
		const total = isGrowing ? count * (file.records ?? 0) : count;
		const values = Array.from({ length: total }, (_, index) => variable.values?.[index] ?? 0);
		return { key, variable, isGrowing, count, values };
	});
	const header = (begins: readonly number[]) =>
		Buffer.concat([
			Buffer.from([0x43, 0x44, 0x46, version]),
			length(file.records ?? 0),
			list(
				10,
				dimensionNames.map((one) => Buffer.concat([name(one), length(file.dimensions[one] ?? 0)])),
			),
			attributeList(file.attributes),
			list(
				11,
				variables.map(({ key, variable, count }, index) =>
					Buffer.concat([
						name(key),
						length(variable.dimensions.length),
						...variable.dimensions.map((one) => length(dimensionNames.indexOf(one))),
						attributeList(variable.attributes),
						word(typeCodes[variable.type]),
						length(count * sizes[variable.type]),
						offset(begins[index] ?? 0),
					]),
				),
			),
		]);
	const isAlone = variables.filter(({ isGrowing }) => isGrowing).length === 1;
	const parts: Buffer[] = [];
	const begins = variables.map(() => 0);
	let end = header(begins).length;
	const append = (bytes: Buffer) => {
		parts.push(bytes);
		end += bytes.length;
	};
	variables.forEach(({ variable, isGrowing, values }, index) => {
		if (isGrowing) return;
		begins[index] = end;
		append(padded(encode(variable.type, values)));
	});
	for (let record = 0; record < (file.records ?? 0); record++) {
		variables.forEach(({ variable, isGrowing, count, values }, index) => {
			if (!isGrowing) return;
			if (record === 0) begins[index] = end;
			const bytes = encode(variable.type, values.slice(record * count, (record + 1) * count));
			append(isAlone ? bytes : padded(bytes));
		});
	}
	return Buffer.concat([header(begins), ...parts]);
}
