import { DrizzleQueryError } from "drizzle-orm/errors";

/**
 * Has the adapter throw what the database said instead of Drizzle's error about it: that one says all parameters of the statement, the
 * token of a session among them, and what is thrown is logged.
 */
export function withoutParameters<Adapter extends object>(adapter: Adapter): Adapter {
	return new Proxy(adapter, {
		get(target, key, receiver) {
			const member = Reflect.get(target, key, receiver);
			if (typeof member !== "function") return member;
			return async (...args: readonly unknown[]) => {
				try {
					return await member.apply(target, args);
				} catch (error) {
					throw error instanceof DrizzleQueryError && error.cause ? error.cause : error;
				}
			};
		},
	});
}
