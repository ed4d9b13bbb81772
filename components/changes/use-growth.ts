"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { keys } from "#components/live/keys.ts";
import { isActive } from "#components/state.tsx";
import { changeActions } from "#lib/catalog/inputs.ts";
import type { RunView } from "#lib/catalog/read-models.ts";

/** Milliseconds between two readings of a list that grows. */
const readAgainAfter = 2000;

/** While a run finds changes, its lists are read again as its counts grow; not more often than people can look. */
export function useGrowth(run: RunView) {
	const client = useQueryClient();
	const count = changeActions.reduce((sum, action) => sum + run[action], 0);
	const read = useRef({ count, at: 0 });
	useEffect(() => {
		if (!isActive(run.state) || count === read.current.count) return;
		const wait = Math.max(0, read.current.at + readAgainAfter - Date.now());
		const timer = setTimeout(() => {
			read.current = { count, at: Date.now() };
			for (const queryKey of [keys.folders(run.run), keys.changes(run.run)])
				void client.invalidateQueries({ queryKey });
		}, wait);
		return () => clearTimeout(timer);
	}, [client, run.run, run.state, count]);
}
