"use client";

import { QueryClientProvider } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { createContext, type ReactNode, use, useEffect, useEffectEvent, useState } from "react";
import { signInAgain } from "#components/access/sign-in-again.ts";
import { useUser } from "#components/access/user-context.tsx";
import type { StreamCaller } from "#lib/api/event-messages.ts";
import type { ServiceStatus } from "#lib/catalog/live-events.ts";
import { applyEvents } from "./apply-events.ts";
import type { Connection } from "./event-stream.ts";
import { newQueryClient } from "./read-again.ts";
import { followTogether } from "./shared-stream.ts";

interface Live {
	readonly connection: Connection;
	readonly status: ServiceStatus;
}

const initial: Live = { connection: "connecting", status: { database: true, worker: true } };
const LiveContext = createContext<Live>(initial);
export const useLive = () => use(LiveContext);

/** The page's caches and the event stream that feeds them. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
	const [client] = useState(newQueryClient);
	const [live, setLive] = useState(initial);
	const router = useRouter();
	const user = useUser();
	const onCaller = useEffectEvent((caller: StreamCaller) => {
		// Another user must not see anything of this page.
		if (caller.user !== user.id) window.location.reload();
		else if (caller.role !== user.role) router.refresh();
	});
	useEffect(() => {
		const follow = () =>
			followTogether((news) => {
				switch (news.type) {
					case "batch":
						return applyEvents(client, news.events);
					case "connection":
						return setLive((before) => ({ ...before, connection: news.connection }));
					case "status":
						return setLive((before) => ({ ...before, status: news.status }));
					case "gap":
						return applyEvents(client, [news]);
					case "caller":
						return onCaller(news.caller);
					case "signed-out":
						return signInAgain();
				}
			});
		return whenSettled(follow);
	}, [client]);
	return (
		<LiveContext value={live}>
			<QueryClientProvider client={client}>{children}</QueryClientProvider>
		</LiveContext>
	);
}

/**
 * Begins when the page is loaded and the browser idle: parts of it may still be hydrating, and another page of the browser
 * may have news at once, by which they would differ from what the server sent. Returns a function that ends it.
 */
function whenSettled(begin: () => () => void): () => void {
	let end = () => {};
	const stopped = new AbortController();
	const beginUnlessStopped = () => {
		if (!stopped.signal.aborted) end = begin();
	};
	const whenIdle = () => {
		if ("requestIdleCallback" in window) requestIdleCallback(beginUnlessStopped, { timeout: 2000 });
		else setTimeout(beginUnlessStopped, 200);
	};
	if (document.readyState === "complete") whenIdle();
	else addEventListener("load", whenIdle, { once: true, signal: stopped.signal });
	return () => {
		stopped.abort();
		end();
	};
}
