import { type BoundedBytes, notSound } from "#lib/metadata/bounded-bytes.ts";

const maxNameBytes = 4096;

/** The numbers of the header one after the other; lengths of CDF-5 have 8 bytes, offsets of all but CDF-1. */
export class ClassicHeader {
	#at = 4;
	readonly version: number;
	readonly #bytes: BoundedBytes;

	constructor(bytes: BoundedBytes, version: number) {
		this.#bytes = bytes;
		this.version = version;
	}

	async take(length: number): Promise<DataView> {
		const view = await this.#bytes.view(this.#at, length, "the netCDF header");
		this.#at += length;
		return view;
	}

	async integer(): Promise<number> {
		return (await this.take(4)).getUint32(0);
	}

	async length(): Promise<number> {
		return this.version === 5 ? Number((await this.take(8)).getBigUint64(0)) : this.integer();
	}

	async offset(): Promise<number> {
		return this.version === 1 ? this.integer() : Number((await this.take(8)).getBigUint64(0));
	}

	/** Padded to a multiple of 4 bytes. */
	async padded(length: number): Promise<DataView> {
		const view = await this.take(length);
		this.#at += (4 - (length % 4)) % 4;
		return view;
	}

	async name(): Promise<string> {
		const length = await this.length();
		if (length > maxNameBytes) throw notSound("netCDF", `a name has ${length} bytes`);
		return new TextDecoder().decode(await this.padded(length));
	}

	/** Entries of a list; none where it is absent. */
	async count(tag: number, limit: number): Promise<number> {
		const [found, count] = [await this.integer(), await this.length()];
		if (found === 0 && count === 0) return 0;
		if (found !== tag) throw notSound("netCDF", `its header has tag ${found} where ${tag} belongs`);
		if (count > limit)
			throw notSound("netCDF", `its header lists ${count} things at once, at most ${limit} are allowed`);
		return count;
	}
}
