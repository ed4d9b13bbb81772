"use client";

import { useQueryClient } from "@tanstack/react-query";
import { applyEvents } from "#components/live/apply-events.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";

/** Shows a run as an action left it, everywhere on the page, without waiting for the event stream. */
export function useShowRun() {
	const client = useQueryClient();
	return ({ view }: { readonly view: RunView }) => applyEvents(client, [{ type: "run", run: view }]);
}
