/** For tests: Envisat products (N1), as the specification has them. */

/** Pixels of the products that are written here. */
export const [envisatWidth, envisatHeight] = [33, 17];

export interface EnvisatSet {
	readonly name: string;
	readonly type: string;
	readonly records: readonly Buffer[];
}

/** A record: its time (line 0 is `second` 0, a line takes a second), a flag, then what it holds. */
export function record(second: number, contents: Buffer): Buffer {
	const head = Buffer.alloc(13);
	head.writeInt32BE(2419, 0);
	head.writeUInt32BE(1000 + second, 4);
	return Buffer.concat([head, contents]);
}

export const degrees = (values: readonly number[]) => {
	const bytes = Buffer.alloc(values.length * 4);
	values.forEach((value, index) => {
		bytes.writeInt32BE(Math.round(value * 1e6), index * 4);
	});
	return bytes;
};

/** MERIS' tie points every 16 pixels and 8 lines: longitude 10 + pixel/100, latitude 50 - line/100; no corrections. */
export function tiePoints(firstLine = 0, count = 3): EnvisatSet {
	const records = Array.from({ length: count }, (_, index) => {
		const line = firstLine + index * 8;
		const rows = [
			degrees([0, 16, 32].map(() => 50 - line / 100)),
			degrees([0, 16, 32].map((pixel) => 10 + pixel / 100)),
		];
		return record(line, Buffer.concat([...rows, Buffer.alloc(50 * 3 - 24)]));
	});
	return { name: "Tie points ADS", type: "A", records };
}

export function measurements(name: string, bytesPerPixel = 2): EnvisatSet {
	return {
		name,
		type: "M",
		records: Array.from({ length: envisatHeight }, (_, line) =>
			record(line, Buffer.alloc(4 + envisatWidth * bytesPerPixel)),
		),
	};
}

export const merisHeader = [
	`SPH_DESCRIPTOR="Level 1b, Reduced Resolution"`,
	`LINE_LENGTH=+00033<samples>`,
	`LINES_PER_TIE_PT=+008`,
	`SAMPLES_PER_TIE_PT=+016`,
	`LINE_TIME_INTERVAL=+01000000<10-6s>`,
];

export function writeN1(sets: readonly EnvisatSet[], specific: readonly string[] = merisHeader): Buffer {
	const own = `${specific.join("\n")}\n`;
	const specificLength = own.length + sets.length * 280;
	let end = 1247 + specificLength;
	const descriptors = sets.map(({ name, type, records }) => {
		const length = Buffer.concat(records).length;
		const text = [
			`DS_NAME="${name.padEnd(28)}"`,
			`DS_TYPE=${type}`,
			`FILENAME="${"".padEnd(62)}"`,
			`DS_OFFSET=+${String(end).padStart(20, "0")}<bytes>`,
			`DS_SIZE=+${String(length).padStart(20, "0")}<bytes>`,
			`NUM_DSR=+${String(records.length).padStart(10, "0")}`,
			`DSR_SIZE=+${String(records[0]?.length ?? 0).padStart(10, "0")}<bytes>`,
		].join("\n");
		end += length;
		return `${`${text}\n`.padEnd(279)}\n`;
	});
	const main = [
		`PRODUCT="MER_RR__1PQBCM20060816_090929_000001972050_00222_23322_0079.N1"`,
		`SENSING_START="16-AUG-2006 09:09:29.000000"`,
		`SENSING_STOP="16-AUG-2006 09:12:46.000000"`,
		`ABS_ORBIT=+23322`,
		`TOT_SIZE=+${String(end).padStart(20, "0")}<bytes>`,
		`SPH_SIZE=+${String(specificLength).padStart(10, "0")}<bytes>`,
		`NUM_DSD=+${String(sets.length).padStart(10, "0")}`,
		`DSD_SIZE=+0000000280<bytes>`,
		`NUM_DATA_SETS=+${String(sets.length).padStart(10, "0")}`,
	].join("\n");
	const records = sets.flatMap((set) => set.records);
	return Buffer.concat([
		Buffer.from(`${main}\n`.padEnd(1246)),
		Buffer.from("\n"),
		Buffer.from(own + descriptors.join("")),
		...records,
	]);
}

/** A small MERIS product whose header holds a text. */
export function envisatProduct(text: string): Buffer {
	const header = merisHeader.map((line) => (line.startsWith("SPH_DESCRIPTOR=") ? `SPH_DESCRIPTOR="${text}"` : line));
	const bands = [measurements("Radiance MDS(1)"), measurements("Radiance MDS(2)"), measurements("Flags MDS(16)", 3)];
	return writeN1([tiePoints(), ...bands], header);
}
