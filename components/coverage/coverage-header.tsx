import { ChevronRight, Download, FolderSearch, RotateCcw, Square } from "lucide-react";
import Link from "next/link";
import { May } from "#components/access/user-context.tsx";
import { ownAddress } from "#components/ui/address/own-address.ts";
import { Button } from "#components/ui/button.tsx";
import { Progress } from "#components/ui/states/progress.tsx";
import { InstantText } from "#components/ui/times/instant.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type { CoverageView } from "#lib/catalog/coverage/coverage-views.ts";
import { formatPlural } from "#lib/numbers.ts";

interface CoverageHeaderProps {
	readonly view: CoverageView;
	readonly exportHref: string;
	readonly pending: boolean;
	readonly onLook: (anew: boolean) => void;
	readonly onCancel: () => void;
}

/** What is known and as of when, and the look that is under way. */
export function CoverageHeader({ view, exportHref, pending, onLook, onCancel }: CoverageHeaderProps) {
	const { storage, state, totals, notLookedAt, cancelling, folders, entries } = view;
	const isAtWork = state !== "idle";
	const goesOn = notLookedAt > 0 && folders > 0;
	return (
		<header className="space-y-2">
			<nav aria-label="Above" className="flex items-center gap-1 text-fine text-muted">
				<Link href="/storages" className="inline-block min-w-6 hover:underline pointer-coarse:py-1">
					Storages
				</Link>
				<ChevronRight aria-hidden className="size-3" />
				<span className="min-w-0 break-all">{storage}</span>
			</nav>
			<div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
				<div className="min-w-0 flex-1 basis-72">
					<h1 className="break-words font-semibold text-lg">What lies in {storage}</h1>
					<p className="text-muted">
						<Standing view={view} />
					</p>
				</div>
				<div className="flex flex-wrap gap-1.5">
					{totals.length > 0 ? (
						<Button asChild>
							<a href={ownAddress(exportHref)} download>
								<Download aria-hidden />
								CSV
							</a>
						</Button>
					) : null}
					{isAtWork ? (
						<May act="storages.cancel-look">
							<Button pending={pending || cancelling} onClick={onCancel}>
								<Square aria-hidden />
								{cancelling ? "Stopping" : "Stop"}
							</Button>
						</May>
					) : (
						<May act="storages.look">
							{goesOn ? (
								<Button pending={pending} onClick={() => onLook(true)}>
									<RotateCcw aria-hidden />
									Begin anew
								</Button>
							) : null}
							<Button variant="primary" pending={pending} onClick={() => onLook(false)}>
								<FolderSearch aria-hidden />
								{goesOn ? "Go on" : "Look now"}
							</Button>
						</May>
					)}
				</div>
			</div>
			{state === "running" ? (
				<div className="space-y-1">
					<Progress label="Looking" done={entries} total={null} />
					<p className="text-fine text-muted tabular-nums">
						{formatPlural(entries, "entry", "entries")} in {formatPlural(folders, "folder")} so far;{" "}
						{formatPlural(notLookedAt, "folder")} known of and still to be looked at
					</p>
				</div>
			) : null}
		</header>
	);
}

/** Who asked for a look; some nights it is begun without a request. */
function requestText(requestedBy: string | null): string {
	if (requestedBy === "nightly") return "Begun by the schedule";
	return requestedBy === null ? "Requested" : `Requested by ${requestedBy}`;
}

function Standing({ view }: { readonly view: CoverageView }) {
	const { state, outcome, waitsUntil, requestedBy, completedAt, endedAt, nextAt, notLookedAt, totals, folders } = view;
	if (state === "queued" && waitsUntil !== null)
		return (
			<>
				The storage is paused, or outside its hours: the look goes on at <InstantText instant={waitsUntil} />.
			</>
		);
	if (state === "queued") return `${requestText(requestedBy)}; waits for a worker.`;
	if (state === "running") return `${requestText(requestedBy)}; it changes no container.`;
	if (outcome === null && totals.length === 0)
		return "A look finds the files that no source matches, that several sources match, and that a pattern excludes.";
	const asOf = outcome === "complete" ? completedAt : endedAt;
	if (outcome === "failed" && folders === 0 && asOf !== null)
		return (
			<>
				It could not be looked at; last tried <RelativeTime instant={asOf} />.
				{completedAt === null ? null : (
					<>
						{" "}
						What is shown was found <RelativeTime instant={completedAt} />.
					</>
				)}
			</>
		);
	return (
		<>
			{outcome === "complete" ? "All of it was looked at " : "A part of it was looked at, last "}
			{asOf === null ? "" : <RelativeTime instant={asOf} />}
			{notLookedAt > 0 ? `; still to come, with all below: ${formatPlural(notLookedAt, "folder")}` : ""}.
			{nextAt === null ? null : (
				<>
					{" "}
					A worker looks by itself at <InstantText instant={nextAt} />.
				</>
			)}
		</>
	);
}
