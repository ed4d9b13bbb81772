"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { RefreshCw, SearchCheck } from "lucide-react";
import { useRef, useState } from "react";
import { useRequestRuns } from "#components/containers/use-request-runs.tsx";
import { DatasetsTable } from "#components/datasets/datasets-table.tsx";
import { DriftTab } from "#components/drift/drift-tab.tsx";
import { ContainerHeat } from "#components/heat/container-heat.tsx";
import { fetchJson } from "#components/live/fetch-json.ts";
import { newer } from "#components/live/newest.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { merging, seeded } from "#components/live/seeded.ts";
import { RunsTable } from "#components/runs/runs-table.tsx";
import { usePageActions } from "#components/shell/page-actions.ts";
import { useShortcuts } from "#components/shell/shortcuts.ts";
import type { StorageChoice } from "#components/sources/source-draft.ts";
import { SourcesTab } from "#components/sources/sources-tab.tsx";
import { ContainerTargets } from "#components/targets/container-targets.tsx";
import { setAddressParameters, useAddressParameters } from "#components/ui/address/use-address-parameters.ts";
import { ConfirmDialog } from "#components/ui/dialogs/confirm-dialog.tsx";
import { mayLeave } from "#components/ui/form/unsaved.ts";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { Tabs } from "#components/ui/tabs.tsx";
import { InstantText } from "#components/ui/times/instant.tsx";
import type { PublishedCheckView } from "#lib/catalog/publications/check-views.ts";
import type { ContainerDetail } from "#lib/catalog/read-models/container-view.ts";
import type { Schedule } from "#lib/catalog/schedules/schedule.ts";
import type { ContainerTarget } from "#lib/catalog/targets/target-views.ts";
import { formatCount } from "#lib/numbers.ts";
import type { ContainerActions, SaveContainer } from "./container-actions.ts";
import { ContainerHeader } from "./container-header.tsx";
import { ContainerSummary } from "./container-summary.tsx";
import { DifferencesTab } from "./differences-tab.tsx";
import { PublishCard, type ServedAt } from "./publish-card.tsx";
import { PublishedCheck } from "./published-check.tsx";
import { SettingsTab } from "./settings-tab.tsx";

interface ContainerViewProps {
	readonly seed: ContainerDetail;
	/** All there are. */
	readonly storages: readonly StorageChoice[];
	readonly actions: ContainerActions;
	/** The schedule of containers without their own. */
	readonly byDefault: Schedule | null;
	readonly address: ServedAt;
	readonly lastCheck: PublishedCheckView;
	readonly targets: readonly ContainerTarget[];
}

/** Milliseconds. */
const publicationEvery = 2000;

/** What the user asked for. */
interface Start {
	readonly kind: "sync" | "check";
	readonly full: boolean;
}

export function ContainerDetailView(props: ContainerViewProps) {
	const { seed, storages, actions, byDefault, address, lastCheck, targets } = props;
	const { id } = seed;
	const leaving = useRef(false);
	const {
		data: container,
		error,
		refetch,
	} = useQuery({
		queryKey: queryKeys.container(id),
		queryFn: ({ signal }) => fetchJson<ContainerDetail>(`/api/containers/${encodeURIComponent(id)}`, { signal }),
		...seeded(seed),
		structuralSharing: merging<ContainerDetail>(newer),
		enabled: () => !leaving.current,
		// Events do not say how far a publication is.
		refetchInterval: ({ state }) => (state.data?.publication.filling ? publicationEvery : false),
	});
	// The address decides: a page that *Back* shows again has the tab it was left at.
	const tab = tabNamed(useAddressParameters().get("tab"));
	const { request, pending } = useRequestRuns(actions.requestRuns);
	const [asking, setAsking] = useState<Start | null>(null);
	/** While its storage is paused it only runs when it is named: the user is asked first. */
	const start = (kind: Start["kind"], full = false) => {
		if (container.paused === null) request([id], kind, { full });
		else setAsking({ kind, full });
	};
	useShortcuts({ c: () => start("check"), s: () => start("sync") });

	const client = useQueryClient();
	const save: SaveContainer = async (input, version) => {
		const result = await actions.save(input, version);
		// Also after a refusal: its reason is what others saved meanwhile, which is then shown.
		await client.invalidateQueries({ queryKey: queryKeys.container(id) });
		return result;
	};
	/** The stream reports the deletion before the page is left: then nothing may request the deleted container. */
	const remove: ContainerActions["remove"] = async (input) => {
		leaving.current = true;
		try {
			const result = await actions.remove(input);
			leaving.current = result.ok;
			if (result.ok) void client.invalidateQueries({ queryKey: queryKeys.containers });
			return result;
		} catch (error) {
			leaving.current = false;
			throw error;
		}
	};
	function show(next: ContainerTab) {
		setAddressParameters(new URLSearchParams(next === containerTabs[0].value ? {} : { tab: next }), true);
	}
	const run = (label: string, kind: "sync" | "check", options: { readonly full?: boolean } = {}) => ({
		label,
		icon: kind === "sync" ? <RefreshCw /> : <SearchCheck />,
		act: "runs.request" as const,
		go: () => start(kind, options.full),
	});
	usePageActions([
		run(`Sync ${id}`, "sync"),
		run(`Check ${id}`, "check"),
		run("Sync with a full re-read", "sync", { full: true }),
		run("Check with a full re-read", "check", { full: true }),
		...containerTabs.map(({ value, label }) => ({
			label: `Show ${label.toLowerCase()}`,
			go: () => mayLeave() && show(value),
		})),
	]);
	const counts: Partial<Record<ContainerTab, string>> = {
		datasets: formatCount(container.datasets),
		sources: formatCount(container.sources.length),
	};
	return (
		<div className="space-y-4">
			<ContainerHeader container={container} pending={pending} onStart={start} />
			{asking === null || container.paused === null ? null : (
				<ConfirmDialog
					open
					onOpenChange={(open) => open || setAsking(null)}
					title={`The storage ${container.paused.storage} ${container.paused.reason === "paused" ? "is paused" : "is outside its hours"}`}
					confirm={`${asking.kind === "sync" ? "Sync" : "Check"} all the same`}
					onConfirm={() => {
						request([id], asking.kind, { full: asking.full });
						setAsking(null);
					}}
				>
					<p>
						Until <InstantText instant={container.paused.until} /> nothing uses it by itself.{" "}
						{asking.kind === "sync" ? "Sync" : "Check"} {id} now all the same?
					</p>
				</ConfirmDialog>
			)}
			{error ? (
				<ErrorState bar title={`${id} could not be refreshed`} onRetry={() => void refetch()}>
					{error.message} What you see may be out of date.
				</ErrorState>
			) : null}
			<ContainerSummary container={container} />
			<PublishCard container={container} address={address} onSettings={() => mayLeave() && show("settings")}>
				{container.publication.stac === "off" ? null : (
					<PublishedCheck container={container} seed={lastCheck} origin={address.origin} actions={actions.published} />
				)}
			</PublishCard>
			<ContainerTargets container={id} seed={targets} />
			<Tabs
				label={`Parts of ${id}`}
				value={tab}
				onChange={show}
				tabs={containerTabs.map(({ value, label }) => ({
					value,
					label,
					...(counts[value] ? { count: counts[value] } : {}),
				}))}
			>
				{tab === "differences" ? (
					<DifferencesTab
						container={container}
						onRemoveNow={() => request([id], "sync", { removesNow: true })}
						planActions={actions.plan}
						onEndException={actions.endException}
						onEndExceptions={actions.endExceptions}
					/>
				) : null}
				{tab === "datasets" ? <DatasetsTable container={id} /> : null}
				{tab === "runs" ? <RunsTable container={id} approvals={actions.approvals} /> : null}
				{tab === "drift" ? <DriftTab container={id} /> : null}
				{tab === "heat" ? <ContainerHeat container={id} /> : null}
				{tab === "sources" ? (
					<SourcesTab
						container={container}
						storages={storages}
						save={save}
						unlinkEffect={actions.unlinkEffect}
						test={actions.testSource}
						fileNames={actions.fileNames}
					/>
				) : null}
				{tab === "settings" ? (
					<SettingsTab
						container={container}
						save={save}
						remove={remove}
						rename={actions.rename}
						deletionEffect={actions.deletionEffect}
						byDefault={byDefault}
					/>
				) : null}
			</Tabs>
		</div>
	);
}

/** The tabs of a container's page; `value` is what `?tab=` says. */
const containerTabs = [
	{ value: "differences", label: "Differences" },
	{ value: "datasets", label: "Datasets" },
	{ value: "runs", label: "Runs" },
	{ value: "drift", label: "Drift" },
	{ value: "heat", label: "Heat map" },
	{ value: "sources", label: "Sources" },
	{ value: "settings", label: "Settings" },
] as const;
type ContainerTab = (typeof containerTabs)[number]["value"];

/** The first tab for anything else. */
function tabNamed(name: unknown): ContainerTab {
	return (containerTabs.find(({ value }) => value === name) ?? containerTabs[0]).value;
}
