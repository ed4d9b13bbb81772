import { StorageError } from "#lib/errors.ts";
import type { Storage } from "#lib/storage/storage.ts";

/** Calls in a row that bring no answer in time, after which the storage itself is asked whether it still answers. */
const enough = 8;
/** One that does not is asked again after so long, milliseconds. */
const askAgainAfter = 30_000;

/**
 * The same storage. When it answers nothing any more, calls fail at once instead of waiting for each in turn: a tree of ten
 * thousand folders, or as many files to be read, would otherwise take days to be found unreachable. While its root
 * answers, what is stuck below it is waited for, each for itself.
 */
export function withCircuitBreaker(storage: Storage): Storage {
	let silent = 0;
	let asked: { readonly at: number; readonly answer: Promise<boolean> } | null = null;
	const answers = (signal: AbortSignal): Promise<boolean> => {
		if (asked !== null && performance.now() - asked.at < askAgainAfter) return asked.answer;
		const answer = storage.facts({ signal }).then(
			() => {
				[silent, asked] = [0, null];
				return true;
			},
			() => false,
		);
		asked = { at: performance.now(), answer };
		return answer;
	};
	const attempt = async <T>(
		path: string,
		{ signal }: { readonly signal: AbortSignal },
		call: () => Promise<T>,
	): Promise<T> => {
		if (silent >= enough && !(await answers(signal))) throw gone(path, silent);
		try {
			const result = await call();
			silent = 0;
			return result;
		} catch (error) {
			if (error instanceof StorageError && error.code === "timeout") silent++;
			throw error;
		}
	};
	return {
		type: storage.type,
		parallel: storage.parallel,
		readsInThreads: storage.readsInThreads ?? false,
		list: (path, options) => attempt(path, options, () => storage.list(path, options)),
		stat: (path, options) => attempt(path, options, () => storage.stat(path, options)),
		async open(path, options) {
			const file = await attempt(path, options, () => storage.open(path, options));
			return {
				name: file.name,
				size: file.size,
				read: (offset, length, reading) => attempt(path, reading, () => file.read(offset, length, reading)),
				[Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
			};
		},
		facts: (options) => storage.facts(options),
		[Symbol.asyncDispose]: () => storage[Symbol.asyncDispose](),
	};
}

function gone(path: string, silent: number): StorageError {
	const message = `Not examined, as the last ${silent} calls to the storage brought no answer in time; check that it answers, and run again.`;
	return new StorageError("unreachable", path, message);
}
