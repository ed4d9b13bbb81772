"use client";

import { useRouter } from "next/navigation";
import { useTransition } from "react";
import { toast } from "sonner";
import { useMay } from "#components/access/user-context.tsx";
import { formatPlural } from "#components/ui/format.ts";
import type { ActionResult } from "#lib/catalog/read-models.ts";
import { messageOf } from "#lib/errors.ts";

interface RequestedRun {
	readonly run: number;
	readonly container: string;
	/** It ran already. */
	readonly joined: boolean;
}

/** The server action behind every Sync and Check. */
export type RequestRuns = (input: {
	readonly containers: "all" | string[];
	readonly kind: "sync" | "check";
	readonly full: boolean;
}) => Promise<ActionResult<{ readonly runs: readonly RequestedRun[] }>>;

/** Asks for runs and says in a toast what came of it, with a way to look at it. */
export function useRequestRuns(action: RequestRuns) {
	const router = useRouter();
	const [pending, start] = useTransition();
	const allowed = useMay("runs.request");
	function request(containers: "all" | readonly string[], kind: "sync" | "check", full = false) {
		if (!allowed) {
			toast.error("Checking and syncing take the role operator.");
			return;
		}
		start(async () => {
			try {
				const result = await action({ containers: containers === "all" ? "all" : [...containers], kind, full });
				if (!result.ok) {
					toast.error(`Nothing was started: ${result.error}`);
					return;
				}
				const only = result.runs.length === 1 ? result.runs[0] : undefined;
				toast.success(said(kind, result.runs), {
					action: only
						? { label: `Run ${only.run}`, onClick: () => router.push(`/runs/${only.run}`) }
						: { label: "Runs", onClick: () => router.push("/runs") },
				});
			} catch (error) {
				// The request may have arrived all the same.
				toast.error(`The server does not answer (${messageOf(error)}); whether it was started stands under Runs.`);
			}
		});
	}
	return { request, pending };
}

function said(kind: "sync" | "check", runs: readonly RequestedRun[]): string {
	const name = kind === "sync" ? "Sync" : "Check";
	const joined = runs.filter((run) => run.joined).length;
	if (runs.length === 0) return "There is no container to start with.";
	if (runs.length === 1)
		return joined ? `${runs[0]?.container} runs already.` : `${name} of ${runs[0]?.container} started.`;
	const started = `${name} of ${formatPlural(runs.length - joined, "container")} started`;
	return joined ? `${started}; ${formatPlural(joined, "other runs", "others run")} already.` : `${started}.`;
}
