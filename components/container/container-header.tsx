import { EllipsisVertical, RefreshCw, SearchCheck } from "lucide-react";
import { May } from "#components/access/user-context.tsx";
import { useBatchWaitedIn } from "#components/batches/use-open-batches.ts";
import { ContainerMarks, isMarked } from "#components/containers/container-marks.tsx";
import { ContainerStateLabel } from "#components/state.tsx";
import { tones } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Copyable } from "#components/ui/copying/copyable.tsx";
import { Menu, MenuItem } from "#components/ui/menu.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type { ContainerDetail } from "#lib/catalog/read-models/container-view.ts";
import { isState } from "#lib/catalog/runs/run-states.ts";
import { RunNotice } from "./run-notice.tsx";

interface ContainerHeaderProps {
	readonly container: ContainerDetail;
	readonly pending: boolean;
	readonly onStart: (kind: "sync" | "check", full: boolean) => void;
}

export function ContainerHeader({ container, pending, onStart }: ContainerHeaderProps) {
	const { id, title, state, stateReason, lastRun, plan, asOf } = container;
	const waitedIn = useBatchWaitedIn();
	const running = lastRun !== null && isState(lastRun.state, "running") ? lastRun : null;
	return (
		<header className="space-y-3">
			<div className="flex flex-wrap items-start gap-x-4 gap-y-2">
				<div className="min-w-0 flex-1 basis-72">
					<div className="flex flex-wrap items-center gap-x-2 gap-y-1">
						<h1 className="min-w-0">
							<Copyable text={id} label="ID" length={80} className="font-semibold text-base! [&>button]:opacity-100" />
						</h1>
						<ContainerStateLabel state={state} run={running} marked={isMarked(container)} />
						<ContainerMarks container={container} waitsIn={waitedIn(container)} />
					</div>
					{asOf && state !== "syncing" ? (
						<p className="text-faint text-fine">
							As of <RelativeTime instant={asOf} />
						</p>
					) : null}
					{title ? <p className="mt-0.5 text-muted">{title}</p> : null}
				</div>
				<May act="runs.request">
					<div className="flex items-center gap-1.5">
						<Button disabled={pending} onClick={() => onStart("check", false)}>
							<SearchCheck aria-hidden />
							Check
						</Button>
						<Button variant="primary" disabled={pending} onClick={() => onStart("sync", false)}>
							<RefreshCw aria-hidden />
							Sync
						</Button>
						<Menu
							trigger={
								<Button icon aria-label="More actions">
									<EllipsisVertical aria-hidden />
								</Button>
							}
						>
							<MenuItem
								hint="Reads every file again, also those that look unchanged. Changes nothing."
								onSelect={() => onStart("check", true)}
							>
								<SearchCheck aria-hidden />
								Check with a full re-read
							</MenuItem>
							<MenuItem
								hint="Also retries rejected files. Takes as long as the first sync."
								onSelect={() => onStart("sync", true)}
							>
								<RefreshCw aria-hidden />
								Sync with a full re-read
							</MenuItem>
						</Menu>
					</div>
				</May>
			</div>
			<RunNotice
				container={id}
				running={running}
				plan={plan}
				state={state}
				reason={stateReason}
				marked={isMarked(container)}
			/>
			<Unmatched sources={container.sources} />
		</header>
	);
}

/** Warns of sources that match nothing: otherwise a mistyped pattern would look like an empty archive, because the runs succeed. */
function Unmatched({ sources }: Pick<ContainerDetail, "sources">) {
	const sentences = sources.flatMap(({ storage, path, unmatched }) =>
		unmatched.map((sentence) => `${storage}:/${path}: ${sentence}`),
	);
	if (sentences.length === 0) return null;
	return (
		<ul aria-label="Patterns that match nothing" className={`space-y-1 rounded-md px-3 py-2 ${tones.overdue}`}>
			{sentences.map((sentence) => (
				<li key={sentence} className="break-words">
					{sentence}
				</li>
			))}
		</ul>
	);
}
