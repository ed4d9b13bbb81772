"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Download, FolderSearch, Plus, RotateCcw, Square, X } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { May } from "#components/access/user-context.tsx";
import { fetchJson } from "#components/live/fetch-json.ts";
import { givenParameters } from "#components/live/given-parameters.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { readAgain } from "#components/live/read-again.ts";
import { seeded } from "#components/live/seeded.ts";
import { fromFolderHref } from "#components/onboarding/from-folder-address.ts";
import { usePageActions } from "#components/shell/page-actions.ts";
import { useAction } from "#components/ui/actions/use-action.ts";
import { leaveFor } from "#components/ui/address/own-address.ts";
import { useAddressState } from "#components/ui/address/use-address-state.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { SearchField } from "#components/virtual-list/search-field.tsx";
import type { CoverageView as View } from "#lib/catalog/coverage/coverage-views.ts";
import { formatCount } from "#lib/numbers.ts";
import { ClassTotals } from "./class-totals.tsx";
import { type CoverageActions, coverageApi } from "./coverage-actions.ts";
import { CoverageFiles } from "./coverage-files.tsx";
import { CoverageHeader } from "./coverage-header.tsx";
import { CoverageTree } from "./coverage-tree.tsx";

interface CoverageViewProps {
	readonly seed: View;
	readonly actions: CoverageActions;
}

const address = { class: "", folder: "", search: "" } as const;
type Address = { readonly [name in keyof typeof address]: string };

/** Milliseconds between two readings while a worker looks, and otherwise. */
const readEvery = { atWork: 1000, idle: 15_000 } as const;

/** What lies in a storage: by class, by folder, entry by entry. */
export function CoverageView({ seed, actions }: CoverageViewProps) {
	const { storage } = seed;
	const client = useQueryClient();
	const { data: view, error } = useQuery({
		queryKey: queryKeys.coverage(storage, "view"),
		queryFn: ({ signal }) => fetchJson<View>(coverageApi(storage), { signal }),
		...seeded(seed),
		refetchInterval: ({ state }) => (state.data?.state === "idle" ? readEvery.idle : readEvery.atWork),
	});
	const { state, set, replace } = useAddressState<Address>(address);
	const { runAction, pending } = useAction();
	const again = () => readAgain(client, { queryKey: queryKeys.coverage(storage, "view") });
	const look = (anew: boolean) => runAction(() => actions.look({ name: storage, anew }), again);
	const cancel = () => runAction(() => actions.cancel({ name: storage }), again);
	const router = useRouter();
	const parameters = String(givenParameters(state));
	const exportHref = `${coverageApi(storage)}/export?${parameters}`;
	const isKnown = view.totals.length > 0;
	usePageActions([
		view.state === "idle"
			? { label: `Look what lies in ${storage}`, icon: <FolderSearch />, act: "storages.look", go: () => look(false) }
			: { label: `Stop looking at ${storage}`, icon: <Square />, act: "storages.cancel-look", go: cancel },
		...(view.state === "idle" && view.notLookedAt > 0
			? [{ label: "Begin anew", icon: <RotateCcw />, act: "storages.look" as const, go: () => look(true) }]
			: []),
		...(isKnown
			? [
					{
						label: state.folder === "" ? "Make a container of it" : "Make a container of this folder",
						icon: <Plus />,
						act: "containers.create" as const,
						go: () => router.push(fromFolderHref(storage, state.folder)),
					},
					{ label: "Export what is shown as CSV", icon: <Download />, go: () => leaveFor(exportHref) },
				]
			: []),
		...(parameters === "" ? [] : [{ label: "Show all", icon: <X />, go: () => set(address) }]),
	]);
	// While a worker looks, tree and list follow every few thousand entries.
	const asOf = `${view.endedAt ?? ""} ${view.folders} ${view.notLookedAt}`;
	return (
		<div className="space-y-4">
			<CoverageHeader view={view} exportHref={exportHref} pending={pending} onLook={look} onCancel={cancel} />
			{error === null ? null : (
				<ErrorState bar title="What is shown may be out of date">
					{error.message}
				</ErrorState>
			)}
			<Notices view={view} />
			{isKnown ? (
				<div className="grid items-start gap-4 lg:grid-cols-[minmax(18rem,24rem)_1fr]">
					<div className="space-y-4">
						<ClassTotals totals={view.totals} chosen={state.class} onChoose={(chosen) => set({ class: chosen })} />
						<CoverageTree
							storage={storage}
							asOf={asOf}
							totals={view.totals}
							shown={state.class}
							chosen={state.folder}
							onChoose={(folder) => set({ folder })}
						/>
					</div>
					<div className="min-w-0 space-y-3">
						<div className="flex flex-wrap items-center gap-2">
							<SearchField
								label="Search paths"
								placeholder="Path"
								search={state.search}
								onSearch={(search) => replace({ search })}
							/>
							{state.folder === "" ? null : (
								<>
									<span className="min-w-0 break-all font-mono text-fine">{state.folder}</span>
									<Button variant="quiet" onClick={() => set({ folder: "" })}>
										All folders
									</Button>
								</>
							)}
							<May act="containers.create">
								<Button asChild className="ml-auto">
									<Link href={fromFolderHref(storage, state.folder)}>
										<Plus aria-hidden />
										{state.folder === "" ? "Make a container of it" : "Make a container of this folder"}
									</Link>
								</Button>
							</May>
						</div>
						<CoverageFiles storage={storage} asOf={asOf} parameters={parameters} />
					</div>
				</div>
			) : view.state === "idle" && view.outcome !== "failed" ? (
				<EmptyState icon={FolderSearch} title={view.outcome === null ? "Not looked at yet" : "Nothing lies there"}>
					Looking lists the folders and compares their names with the catalogue: no file is opened, and nothing of any
					container changes.
				</EmptyState>
			) : null}
		</div>
	);
}

function Notices({ view }: { readonly view: View }) {
	const { outcome, message, problems, rulesChanged, state } = view;
	return (
		<>
			{outcome === "failed" && state === "idle" && message !== null ? (
				<Notice tone="failed">The last look failed: {message}</Notice>
			) : null}
			{problems > 0 ? (
				<Notice tone="overdue">
					{problems === 1
						? "1 folder could not be listed; what was known of it before stays. The tree names it."
						: `${formatCount(problems)} folders could not be listed; what was known of them before stays. The tree names them.`}
				</Notice>
			) : null}
			{rulesChanged && state === "idle" ? (
				<Notice tone="overdue">
					Sources of this storage have changed since: look again to see what is covered now.
				</Notice>
			) : null}
		</>
	);
}
