import { StorageError } from "#lib/errors.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { wrapStorage } from "#lib/storage/wrap-storage.ts";

/** After so many calls in a row without an answer in time, the storage's root is asked whether it still answers. */
const maxTimeoutsInRow = 8;
/** Milliseconds until a storage that does not answer is asked again. */
const retryAfterMs = 30_000;

/**
 * A circuit breaker: when the storage stops answering, calls fail at once instead of waiting for each in turn: a tree of ten
 * thousand folders, or as many files to be read, would otherwise take days to be found unreachable. While its root
 * answers, calls that are stuck below it are waited for one by one.
 */
export function withCircuitBreaker(storage: Storage): Storage {
	let timeoutsInRow = 0;
	let probe: { readonly at: number; readonly answers: Promise<boolean> } | null = null;
	const answers = (signal: AbortSignal): Promise<boolean> => {
		if (probe !== null && performance.now() - probe.at < retryAfterMs) return probe.answers;
		const asked = storage.facts({ signal }).then(
			() => {
				timeoutsInRow = 0;
				probe = null;
				return true;
			},
			() => false,
		);
		probe = { at: performance.now(), answers: asked };
		return asked;
	};
	return wrapStorage(storage, {
		async call({ operation, path, signal }, run) {
			if (operation === "facts") return await run();
			if (timeoutsInRow >= maxTimeoutsInRow && !(await answers(signal))) throw openError(path, timeoutsInRow);
			try {
				const result = await run();
				timeoutsInRow = 0;
				return result;
			} catch (error) {
				if (error instanceof StorageError && error.code === "timeout") timeoutsInRow++;
				throw error;
			}
		},
	});
}

function openError(path: string, timeoutsInRow: number): StorageError {
	const message = `Not examined, because the last ${timeoutsInRow} calls to the storage got no answer in time; check that it answers, and run again.`;
	return new StorageError("unreachable", path, message);
}
