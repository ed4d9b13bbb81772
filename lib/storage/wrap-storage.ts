import type { Storage } from "./storage.ts";

/** A call to a storage, to a walk that it started, or to a file that it opened. */
export interface StorageCall {
	/** The member's name: `list`, `stat`, `open`, `read`, `facts`. */
	readonly operation: string;
	/** The path that the call is about; `""` where it has none. */
	readonly path: string;
	readonly signal: AbortSignal;
}

interface Around {
	/** Runs each call that may wait for the storage; its result is returned to the caller. */
	readonly call?: <T>(call: StorageCall, run: () => Promise<T>) => Promise<T>;
	/** Members that take the place of the storage's own; `call` is not run around them. */
	readonly instead?: Partial<Storage>;
}

/**
 * Wraps the calls of a storage. Everything else that it can do still works, including optional abilities that
 * this module does not know: members are passed on as they are requested. Calls that may wait for the storage are recognised by
 * the `signal` in its options. Files that it opens and walks that it starts are wrapped too, so that no call is left out.
 */
export function wrapStorage(storage: Storage, { call = (_, run) => run(), instead = {} }: Around): Storage {
	return wrapped(storage, { call, instead, path: null });
}

interface Wrapping extends Required<Around> {
	/** Of an opened file, whose calls do not name it; null for what names it in every call. */
	readonly path: string | null;
}

function wrapped<T extends object>(target: T, { call, instead, path }: Wrapping): T {
	const wrapResult = (result: unknown, about: string) =>
		isCallable(result) ? wrapped(result, { call, instead: {}, path: "list" in result ? null : about }) : result;
	// The target is not proxied itself: what stands instead of a member may differ from it.
	return new Proxy({} as T, {
		has: (_, key) => key in instead || key in target,
		get(_, key) {
			if (key in instead) return Reflect.get(instead, key);
			const member: unknown = Reflect.get(target, key, target);
			if (typeof member !== "function") return member;
			return (...given: readonly unknown[]) => {
				const about = path ?? (typeof given[0] === "string" ? given[0] : "");
				const signal = signalOf(given.at(-1));
				if (signal === null) return wrapResult(member.apply(target, given), about);
				const operation = String(key);
				return call({ operation, path: about, signal }, async () =>
					wrapResult(await member.apply(target, given), about),
				);
			};
		},
	});
}

/** Whether a result is an opened file or a walk, not plain data. */
function isCallable(result: unknown): result is object {
	return typeof result === "object" && result !== null && ("read" in result || "list" in result);
}

function signalOf(options: unknown): AbortSignal | null {
	const isGiven = typeof options === "object" && options !== null && "signal" in options;
	return isGiven && options.signal instanceof AbortSignal ? options.signal : null;
}
