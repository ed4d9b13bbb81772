import { StorageError } from "#lib/errors.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { wrapStorage } from "#lib/storage/wrap-storage.ts";
import type { Span } from "#lib/telemetry/span.ts";
import {
	type StorageMeter,
	type StorageOperation,
	storageMeter,
	storageOperations,
} from "#lib/telemetry/storage-meter.ts";

export interface MeasureOptions {
	/** The span that calls belong to now. */
	readonly span: () => Span;
	readonly meter?: StorageMeter;
}

/** One in so many calls that went well and fast is traced; slow and failed calls all are. */
const sampling = 100;
/** Seconds. */
const slow = 1;

/** The same storage; its calls are counted and timed, and some are traced. */
export function measured(storage: Storage, { span, meter = storageMeter }: MeasureOptions): Storage {
	let calls = 0;
	return wrapStorage(storage, {
		async call({ operation, path }, run) {
			if (!isMeasured(operation)) return await run();
			const began = performance.now();
			const done = (thrown: { readonly error: unknown } | null) => {
				const seconds = (performance.now() - began) / 1000;
				const code = thrown === null ? null : codeOf(thrown.error);
				meter.count(storage.type, operation, seconds, code);
				if (code === null && seconds < slow && calls++ % sampling !== 0) return;
				const attributes = { "eosync.storage.type": storage.type, "eosync.path": path };
				const name = `storage ${operation}`;
				span()
					.child(name, attributes, Date.now() - seconds * 1000)
					.end(code === null ? undefined : thrown?.error);
			};
			try {
				const result = await run();
				done(null);
				return result;
			} catch (error) {
				done({ error });
				throw error;
			}
		},
	});
}

function isMeasured(operation: string): operation is StorageOperation {
	return (storageOperations as readonly string[]).includes(operation);
}

/** null: it was called off, which is no fault of the storage. */
function codeOf(error: unknown): string | null {
	if (error instanceof StorageError) return error.code;
	return error instanceof Error && error.name === "AbortError" ? null : "other";
}
