import { StorageError } from "#lib/errors.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { wrapStorage } from "#lib/storage/wrap-storage.ts";

/** Calls in a row that bring no answer in time, after which the storage itself is asked whether it still answers. */
const maxTimeoutsInRow = 8;
/** One that does not is asked again after so long. */
const retryAfterMs = 30_000;

/**
 * The same storage. When it answers nothing any more, calls fail at once instead of waiting for each in turn: a tree of ten
 * thousand folders, or as many files to be read, would otherwise take days to be found unreachable. While its root
 * answers, what is stuck below it is waited for, each for itself.
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
	const message = `Not examined, as the last ${timeoutsInRow} calls to the storage brought no answer in time; check that it answers, and run again.`;
	return new StorageError("unreachable", path, message);
}
