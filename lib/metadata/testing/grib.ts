interface Grib1Field {
	/** Of the WMO's table 2: 11 is the temperature. */
	readonly parameter?: number;
	/** `[2006, 8, 16, 6]`: year, month, day, hour of the reference. */
	readonly reference?: readonly [number, number, number, number];
	/** Hours after it, and what the two mean (table 5). */
	readonly hours?: readonly [number, number];
	readonly range?: number;
	readonly bitmap?: boolean;
	/** Values are this one and up to so many steps of two to this power more. */
	readonly least?: number;
	readonly steps?: number;
	readonly power?: number;
}

const [columns, rows] = [36, 18];

/** For tests: a message of GRIB 1 (WMO, FM 92-VIII), 5° to 40° E and 60° to 43° N by one degree, 8 bits a sample. */
export function writeGrib1({
	parameter = 11,
	reference: [year, month, day, hour] = [2006, 8, 16, 6],
	hours = [0, 0],
	range = 0,
	bitmap = false,
	least = 1,
	steps = 250,
	power = 0,
}: Grib1Field = {}): Uint8Array {
	const product = new Uint8Array(28);
	const [century, yearOfCentury] = [Math.ceil(year / 100), ((year - 1) % 100) + 1];
	product.set([0, 0, 28, 2, 98, 1, 255, bitmap ? 0xc0 : 0x80, parameter, 1, 0, 0]);
	product.set([yearOfCentury, month, day, hour, 0, 1, ...hours, range, 0, 0, 0, century, 0, 0, 0], 12);
	const grid = new Uint8Array(32);
	const view = new DataView(grid.buffer);
	grid.set([0, 0, 32, 0, 255, 0]);
	view.setUint16(6, columns);
	view.setUint16(8, rows);
	const put24 = (at: number, value: number) => grid.set([value >> 16, (value >> 8) & 255, value & 255], at);
	put24(10, 60_000);
	put24(13, 5_000);
	grid[16] = 0x80;
	put24(17, 43_000);
	put24(20, 40_000);
	view.setUint16(23, 1000);
	view.setUint16(25, 1000);
	const mask = bitmap ? [sectionOf([0, 0, 0, ...new Uint8Array((columns * rows) / 8).fill(255)])] : [];
	const values = Array.from({ length: columns * rows }, (_, i) => i % (steps + 1));
	const data = sectionOf([0, power < 0 ? 0x80 : 0, Math.abs(power), ...ibmFloat(least), 8, ...values]);
	const body = Buffer.concat([product, grid, ...mask, data]);
	return Buffer.concat(
		[Buffer.from("GRIB"), uint24(8 + body.length + 4), [1], body, Buffer.from("7777")].map((part) =>
			Uint8Array.from(part),
		),
	);
}

function sectionOf(content: readonly number[]): Uint8Array {
	return Uint8Array.from([...uint24(3 + content.length), ...content]);
}

/** Of a positive number: a power of 16, and 24 bits behind the point. */
function ibmFloat(value: number): readonly number[] {
	const exponent = Math.floor(Math.log2(value) / 4) + 1;
	return [64 + exponent, ...uint24(Math.round(value * 2 ** (24 - 4 * exponent)))];
}

function uint24(value: number): readonly number[] {
	return [value >> 16, (value >> 8) & 255, value & 255];
}
