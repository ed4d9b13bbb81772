"use client";

import { useRouter } from "next/navigation";
import { toast } from "sonner";
import { useMay } from "#components/access/user-context.tsx";
import { formatPlural } from "#components/ui/format.ts";
import { useAction } from "#components/ui/use-action.ts";
import type { ActionResult } from "#lib/catalog/read-models.ts";

interface RequestedRun {
	readonly run: number;
	readonly container: string;
	/** The container was being synced already; the request joined that run. */
	readonly joined: boolean;
	/** The run under way does less than was requested, or began before the request: another run follows it. */
	readonly again: boolean;
}

/** The server action behind every Sync and Check. */
export type RequestRuns = (input: {
	readonly containers: "all" | string[];
	readonly kind: "sync" | "check";
	readonly full: boolean;
	/** Removals are not delayed until enough listings lack the file. */
	readonly removesNow?: boolean;
}) => Promise<ActionResult<{ readonly runs: readonly RequestedRun[] }>>;

/** Requests runs and shows the result in a toast with a link. */
export function useRequestRuns(action: RequestRuns) {
	const router = useRouter();
	const { runAction, pending } = useAction();
	const allowed = useMay("runs.request");
	function request(
		containers: "all" | readonly string[],
		kind: "sync" | "check",
		options: { readonly full?: boolean; readonly removesNow?: boolean } = {},
	) {
		const { full = false, removesNow = false } = options;
		if (!allowed) {
			toast.error("You need the role operator to check and sync.");
			return;
		}
		runAction(
			() => action({ containers: containers === "all" ? "all" : [...containers], kind, full, removesNow }),
			({ runs }) => {
				const only = runs.length === 1 ? runs[0] : undefined;
				toast.success(startedText(kind, runs), {
					action: only
						? { label: `Run ${only.run}`, onClick: () => router.push(`/runs/${only.run}`) }
						: { label: "Runs", onClick: () => router.push("/runs") },
				});
			},
		);
	}
	return { request, pending };
}

function startedText(kind: "sync" | "check", runs: readonly RequestedRun[]): string {
	const name = kind === "sync" ? "Sync" : "Check";
	const following = runs.filter((run) => run.again).length;
	const joined = runs.filter((run) => run.joined).length - following;
	if (runs.length === 0) return "There are no containers yet.";
	if (runs.length === 1 && runs[0]?.again)
		return `Another run of ${runs[0].container} is under way; the ${kind} follows it.`;
	if (runs.length === 1)
		return joined ? `A run of ${runs[0]?.container} is already active.` : `${name} of ${runs[0]?.container} started.`;
	const started = `${name} of ${formatPlural(runs.length - joined - following, "container")} started`;
	const others = [
		...(following > 0 ? [`${formatPlural(following, "other follows a run", "others follow runs")} under way`] : []),
		...(joined > 0 ? [`${formatPlural(joined, "other is", "others are")} already being synced or checked`] : []),
	];
	return `${[started, ...others].join("; ")}.`;
}
