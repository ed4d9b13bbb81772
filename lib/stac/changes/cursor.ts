/**
 * Where a reader stands in the log of published items. The text is opaque to readers; it names the log's epoch, so that a place in a
 * log that a restored backup has replaced is recognised.
 */
export interface FeedCursor {
	readonly epoch: string;
	/** All entries of the log up to this one are done with, once the items below are given. */
	readonly seq: number;
	/**
	 * The reader is being given items as they are, in this order: all of them, as they began without a cursor, or those of one collection
	 * that they may read from now on. null: they follow the log.
	 */
	readonly items: ItemPlace | null;
}

export interface ItemPlace {
	/** Of this container only; null: of all that may be read. */
	readonly only: number | null;
	/** The last item given: its container, when it begins (microseconds since 1970) and its dataset. */
	readonly container: number;
	readonly begin: bigint;
	readonly dataset: number;
}

/** Before the first item of any container. */
export function firstItemPlace(only: number | null): ItemPlace {
	return { only, container: 0, begin: 0n, dataset: 0 };
}

/** `EPOCH.SEQ`, or `EPOCH.SEQ.ONLY.CONTAINER.BEGIN.DATASET` while items are given. */
export function writeCursor({ epoch, seq, items }: FeedCursor): string {
	const place = `${epoch.replaceAll("-", "")}.${seq}`;
	if (items === null) return place;
	return `${place}.${items.only ?? 0}.${items.container}.${items.begin}.${items.dataset}`;
}

const pattern = /^([0-9a-f]{32})\.(\d{1,15})(?:\.(\d{1,15})\.(\d{1,15})\.(-?\d{1,18})\.(\d{1,15}))?$/;

/** null: it is none of ours. */
export function readCursor(text: string): FeedCursor | null {
	const [whole, hex = "", seq, only = "0", container, begin = "0", dataset] = pattern.exec(text) ?? [];
	if (whole === undefined) return null;
	const epoch = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
	const items =
		container === undefined
			? null
			: {
					only: only === "0" ? null : Number(only),
					container: Number(container),
					begin: BigInt(begin),
					dataset: Number(dataset),
				};
	return { epoch, seq: Number(seq), items };
}
