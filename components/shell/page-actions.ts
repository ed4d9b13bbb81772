"use client";

import { type ReactNode, useEffect, useRef } from "react";
import type { Permission } from "#lib/access/permissions.ts";

/** What the command menu offers beside what every page has: the actions of the page that is open. */
export interface PageAction {
	/** What it does: `Sync selected (3)`. */
	readonly label: string;
	readonly icon?: ReactNode;
	/** Who may; left out: everyone who sees the page. */
	readonly act?: Permission;
	readonly go: () => void;
}

type Registration = { current: readonly PageAction[] };

/** In the order in which their components came. */
const registered = new Set<Registration>();

/** Offers the actions as long as the component is there; what it rendered last counts. */
export function usePageActions(actions: readonly PageAction[]): void {
	const latest = useRef(actions);
	useEffect(() => {
		latest.current = actions;
	});
	useEffect(() => {
		registered.add(latest);
		return () => void registered.delete(latest);
	}, []);
}

/** Those of now, each label once. */
export function pageActions(): readonly PageAction[] {
	const all = [...registered].flatMap(({ current }) => current);
	return all.filter(({ label }, index) => all.findIndex((other) => other.label === label) === index);
}
