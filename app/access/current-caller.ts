import { headers } from "next/headers";
import { cache } from "react";
import type { Caller } from "#lib/access/authorised.ts";
import { auth } from "./auth.ts";

/**
 * The caller, read from the database each time, so that an ended session or another role counts at once; null: not signed in.
 * For actions and routes, which may make the session last longer.
 */
export async function currentCaller(): Promise<Caller | null> {
	return findCaller({ refresh: true });
}

/** The same for pages, once per request. */
export const callerOfPage = cache(() => findCaller({ refresh: false }));

async function findCaller({ refresh }: { readonly refresh: boolean }): Promise<Caller | null> {
	const incoming = await headers();
	const { api } = await auth();
	const found = await api.getSession({ headers: incoming, query: { disableRefresh: !refresh } });
	if (found === null) return null;
	const { user, session } = found;
	return {
		id: user.id,
		name: user.name,
		role: user.role,
		address: incoming.get("x-eosync-address"),
		session: session.id,
	};
}
