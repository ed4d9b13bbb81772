import { StorageError } from "#lib/errors.ts";
import type { OpenFile, Storage } from "#lib/storage/storage.ts";
import type { Span } from "./span.ts";
import { type StorageMeter, type StorageOperation, storageMeter } from "./storage-meter.ts";

export interface MeasureOptions {
	/** The span that calls belong to now. */
	readonly span: () => Span;
	readonly meter?: StorageMeter;
}

/** Of the calls that went well and fast, one in so many is traced; all others are. */
const sampling = 100;
/** Seconds. */
const slow = 1;

/** The same storage; its calls are counted and timed, and some are traced. */
export function measured(storage: Storage, { span, meter = storageMeter }: MeasureOptions): Storage {
	let calls = 0;
	const measure = async <T>(operation: StorageOperation, path: string, call: () => Promise<T>): Promise<T> => {
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
			const result = await call();
			done(null);
			return result;
		} catch (error) {
			done({ error });
			throw error;
		}
	};
	return {
		type: storage.type,
		parallel: storage.parallel,
		readsInThreads: storage.readsInThreads ?? false,
		list: (path, options) => measure("list", path, () => storage.list(path, options)),
		stat: (path, options) => measure("stat", path, () => storage.stat(path, options)),
		async open(path, options) {
			const file = await measure("open", path, () => storage.open(path, options));
			return measuredFile(file, (call) => measure("read", path, call));
		},
		facts: (options) => storage.facts(options),
		[Symbol.asyncDispose]: () => storage[Symbol.asyncDispose](),
	};
}

function measuredFile(file: OpenFile, measure: (call: () => Promise<Uint8Array>) => Promise<Uint8Array>): OpenFile {
	return {
		name: file.name,
		size: file.size,
		read: (offset, length, options) => measure(() => file.read(offset, length, options)),
		[Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
	};
}

/** null: it was called off, which is no fault of the storage. */
function codeOf(error: unknown): string | null {
	if (error instanceof StorageError) return error.code;
	return error instanceof Error && error.name === "AbortError" ? null : "other";
}
