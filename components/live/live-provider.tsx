"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { createContext, type ReactNode, use, useEffect, useState } from "react";
import { signInAgain } from "#components/access/sign-in-again.ts";
import type { LiveEvent } from "#lib/catalog/read-models.ts";
import { applyEvents } from "./apply-events.ts";
import { type Connection, followEvents } from "./event-source.ts";

const ConnectionContext = createContext<Connection>("connecting");
export const useConnection = () => use(ConnectionContext);

/** Events that come within this many milliseconds are drawn together. */
const drawEvery = 100;

/** The page's caches and the one event stream that feeds them. Nothing polls. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
	const [client] = useState(newClient);
	const [connection, setConnection] = useState<Connection>("connecting");
	const router = useRouter();
	useEffect(() => {
		let waiting: LiveEvent[] = [];
		let timer: ReturnType<typeof setTimeout> | undefined;
		function flush() {
			timer = undefined;
			const events = waiting;
			waiting = [];
			applyEvents(client, events);
		}
		const stop = followEvents({
			url: "/api/events",
			onConnection: setConnection,
			onEvent: (event) => {
				waiting.push(event);
				timer ??= setTimeout(flush, drawEvery);
			},
			onAccess: (what) => (what === "role" ? router.refresh() : signInAgain()),
			onGap: () => void client.invalidateQueries(),
		});
		return () => {
			stop();
			clearTimeout(timer);
		};
	}, [client, router]);
	return (
		<ConnectionContext value={connection}>
			<QueryClientProvider client={client}>{children}</QueryClientProvider>
		</ConnectionContext>
	);
}

function newClient() {
	return new QueryClient({
		defaultOptions: {
			queries: {
				staleTime: Number.POSITIVE_INFINITY,
				refetchOnWindowFocus: false,
				refetchOnReconnect: false,
				retry: 1,
			},
		},
	});
}
