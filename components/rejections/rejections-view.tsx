"use client";

import { useQuery } from "@tanstack/react-query";
import { CircleCheck, Download, Filter, X } from "lucide-react";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { usePageActions } from "#components/shell/page-actions.ts";
import { leaveFor } from "#components/ui/address/own-address.ts";
import { useAddressState } from "#components/ui/address/use-address-state.ts";
import { Button } from "#components/ui/button.tsx";
import { Menu, MenuDownload } from "#components/ui/menu.tsx";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { SkeletonRows } from "#components/ui/states/skeleton.tsx";
import { Tabs } from "#components/ui/tabs.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import { SearchField } from "#components/virtual-list/search-field.tsx";
import type { RejectionReason } from "#lib/catalog/rejections/rejected-files.ts";
import { formatCount } from "#lib/numbers.ts";
import { ReasonItem } from "./reason-item.tsx";
import { choiceParameters, type RejectionActions, type RejectionsChoice } from "./rejection-actions.ts";
import { useRejectionsSummary } from "./use-rejections-summary.ts";

/** As the page's address has it. `code` and `pattern` are those of the opened reason. */
const address = { tab: "rejected", container: "", search: "", code: "", pattern: "" } as const;
type Address = { readonly [name in keyof typeof address]: string };

/** Rejected files of all containers: by reason, then by folder, then one by one. */
export function RejectionsView({ actions }: { readonly actions: RejectionActions }) {
	const { state, set, replace } = useAddressState<Address>(address);
	const ignored = state.tab === "ignored";
	const choice: RejectionsChoice = {
		...(state.container === "" ? {} : { container: state.container }),
		...(state.search === "" ? {} : { search: state.search }),
	};
	const parameters = choiceParameters(choice, ignored);
	const reasons = useQuery({
		queryKey: queryKeys.allRejections("reasons", String(parameters)),
		queryFn: ({ signal }) => fetchJson<readonly RejectionReason[]>(`/api/rejections?${parameters}`, { signal }),
	});
	const summary = useRejectionsSummary();
	const narrowed = state.container !== "" || state.search !== "";
	const showTab = (tab: string) => set({ tab, code: "", pattern: "" });
	const showAll = () => set({ container: "", search: "" });
	usePageActions([
		ignored
			? { label: "Show rejected files", icon: <Filter />, go: () => showTab("rejected") }
			: { label: "Show ignored files", icon: <Filter />, go: () => showTab("ignored") },
		...(narrowed ? [{ label: "Show all", icon: <X />, go: showAll }] : []),
		...exports.map(({ format, label }) => ({
			label: `Export ${label}`,
			icon: <Download />,
			go: () => leaveFor(exportUrl(choice, ignored, format)),
		})),
	]);
	return (
		<div className="space-y-4">
			<header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
				<div className="min-w-0">
					<h1 className="font-semibold text-lg">Rejections</h1>
					<p className="text-muted">
						Files that cannot become datasets. Each is tried again when it changes.
						{summary !== undefined && summary.oldest !== null ? (
							<>
								{" "}
								The first was rejected <RelativeTime instant={summary.oldest} />.
							</>
						) : null}
					</p>
				</div>
				<Export choice={choice} ignored={ignored} />
			</header>
			<div className="flex flex-wrap items-center gap-2">
				<SearchField
					label="Search paths"
					placeholder="Path"
					search={state.search}
					onSearch={(search) => replace({ search })}
				/>
				{state.container === "" ? null : (
					<span className="min-w-0 break-all">
						of <span className="font-mono text-fine">{state.container}</span>
					</span>
				)}
				{narrowed ? (
					<Button variant="quiet" onClick={showAll}>
						Show all
					</Button>
				) : null}
			</div>
			<Tabs
				label="Rejections"
				value={ignored ? "ignored" : "rejected"}
				onChange={showTab}
				tabs={[
					{ value: "rejected", label: "Rejected", ...countOf(summary?.files) },
					{ value: "ignored", label: "Ignored", ...countOf(summary?.ignored) },
				]}
			>
				<div className="pt-3">
					{reasons.error ? (
						<ErrorState title="The rejected files could not be loaded" onRetry={() => void reasons.refetch()}>
							{reasons.error.message}
						</ErrorState>
					) : reasons.data === undefined ? (
						<SkeletonRows rows={4} />
					) : reasons.data.length === 0 ? (
						<Nothing ignored={ignored} narrowed={narrowed} />
					) : (
						<ul aria-label="Reasons" className="divide-y rounded-md border bg-surface">
							{reasons.data.map((reason) => {
								const isOpen = reason.code === state.code && reason.pattern === state.pattern;
								return (
									<ReasonItem
										key={`${reason.code} ${reason.pattern}`}
										reason={reason}
										choice={choice}
										ignored={ignored}
										open={isOpen}
										onToggle={() =>
											replace(isOpen ? { code: "", pattern: "" } : { code: reason.code, pattern: reason.pattern })
										}
										actions={actions}
									/>
								);
							})}
						</ul>
					)}
				</div>
			</Tabs>
		</div>
	);
}

function countOf(count: number | undefined): { readonly count?: string } {
	return count === undefined || count === 0 ? {} : { count: formatCount(count) };
}

function Nothing({ ignored, narrowed }: { readonly ignored: boolean; readonly narrowed: boolean }) {
	if (narrowed) return <EmptyState title="No rejected file matches">Show all, or search for another path.</EmptyState>;
	return ignored ? (
		<EmptyState title="No file is ignored">
			Files that are known to be bad can be ignored until they change: marks and states do not count them then.
		</EmptyState>
	) : (
		<EmptyState icon={CircleCheck} title="No file is rejected">
			Files that a sync cannot make datasets of are listed here. What a check found is with its run until it is applied.
		</EmptyState>
	);
}

const exports = [
	{ format: "text", label: "a letter to the provider" },
	{ format: "csv", label: "CSV for a spreadsheet" },
] as const;

function exportUrl(choice: RejectionsChoice, ignored: boolean, format: (typeof exports)[number]["format"]): string {
	return `/api/rejections/export?${choiceParameters(choice, ignored)}&format=${format}`;
}

/** For the data's provider. */
function Export({ choice, ignored }: { readonly choice: RejectionsChoice; readonly ignored: boolean }) {
	return (
		<Menu
			trigger={
				<Button>
					<Download aria-hidden />
					Export
				</Button>
			}
		>
			{exports.map(({ format, label }) => (
				<MenuDownload key={format} href={exportUrl(choice, ignored, format)}>
					{label.charAt(0).toUpperCase() + label.slice(1)}
				</MenuDownload>
			))}
		</Menu>
	);
}
