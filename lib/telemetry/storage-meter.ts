/** Upper bounds of the durations of storage calls, seconds. */
export const callBounds = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60] as const;

export const storageOperations = ["list", "stat", "open", "read"] as const;
export type StorageOperation = (typeof storageOperations)[number];

/** What is to be added to the counter of that name; as `MetricTotal` of the catalogue. */
interface Counted {
	readonly metric: "storage" | "storage-errors";
	readonly label: string;
	readonly bucket: string;
	readonly value: number;
}

/** Counts the calls to storages by kind: how often, how long, which errors; since it was last drained. */
export class StorageMeter {
	readonly #valueByKey = new Map<string, Counted>();

	/** `code` is the error's; null: the call succeeded. */
	count(type: string, operation: StorageOperation, seconds: number, code: string | null): void {
		const label = `${type}/${operation}`;
		this.#add({ metric: "storage", label, bucket: bucketOf(seconds), value: 1 });
		this.#add({ metric: "storage", label, bucket: "sum", value: seconds });
		if (code !== null) this.#add({ metric: "storage-errors", label: `${label}/${code}`, bucket: "", value: 1 });
	}

	/** Hands everything over and forgets it. */
	drain(): readonly Counted[] {
		const all = [...this.#valueByKey.values()];
		this.#valueByKey.clear();
		return all;
	}

	/** Takes back counts that could not be stored. */
	restore(all: readonly Counted[]): void {
		for (const counted of all) this.#add(counted);
	}

	#add(counted: Counted): void {
		const key = `${counted.metric} ${counted.label} ${counted.bucket}`;
		const value = (this.#valueByKey.get(key)?.value ?? 0) + counted.value;
		this.#valueByKey.set(key, { ...counted, value });
	}
}

function bucketOf(seconds: number): string {
	const bound = callBounds.find((bound) => seconds <= bound);
	return bound === undefined ? "+Inf" : String(bound);
}

/** The meter of this process. */
export const storageMeter = new StorageMeter();
