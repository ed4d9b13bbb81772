"use client";

import { useRouter } from "next/navigation";
import { toast } from "sonner";
import { useMay } from "#components/access/user-context.tsx";
import { useAction } from "#components/ui/actions/use-action.ts";
import { mayLeave } from "#components/ui/form/unsaved.ts";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";
import { formatPlural } from "#lib/numbers.ts";

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
}) => Promise<ActionResult<Requested>>;

interface Requested {
	/** null: it is one container. */
	readonly batch: number | null;
	/** How many containers were asked for. */
	readonly containers: number;
	/** The runs that there are already. */
	readonly runs: readonly RequestedRun[];
	/** Of *all* so many were left out, because they wait for a storage. */
	readonly paused: number;
}

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
			(requested) => {
				const target = targetOf(requested);
				toast[requested.containers === 0 ? "info" : "success"](startedText(kind, requested), {
					...(target && { action: { label: target.label, onClick: () => mayLeave() && router.push(target.href) } }),
				});
			},
		);
	}
	return { request, pending };
}

function targetOf({ batch, runs: [run] }: Requested) {
	if (batch !== null) return { label: `Batch ${batch}`, href: `/batches/${batch}` };
	return run ? { label: `Run ${run.run}`, href: `/runs/${run.run}` } : null;
}

export function startedText(kind: "sync" | "check", requested: Requested): string {
	const { paused } = requested;
	if (paused === 0) return whatStarted(kind, requested);
	const waits = `${formatPlural(paused, "container waits", "containers wait")} for a storage that is paused or outside its hours`;
	if (requested.containers === 0) return `Nothing was started: ${waits}.`;
	return `${whatStarted(kind, requested)} Left out: ${waits}.`;
}

function whatStarted(kind: "sync" | "check", { batch, containers, runs }: Requested): string {
	const name = kind === "sync" ? "Sync" : "Check";
	const [run] = runs;
	if (batch !== null) {
		const joined =
			runs.length === 0 ? "" : `; ${formatPlural(runs.length, "is", "are")} already being synced or checked`;
		return `${name} of ${formatPlural(containers, "container")} started${joined}.`;
	}
	if (run === undefined) return "There are no containers yet.";
	if (run.again) return `Another run of ${run.container} is under way; the ${kind} follows it.`;
	return run.joined ? `A run of ${run.container} is already active.` : `${name} of ${run.container} started.`;
}
