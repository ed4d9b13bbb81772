import { FolderSearch, Hand, Plus, RefreshCw, SearchCheck, X } from "lucide-react";
import Link from "next/link";
import { May } from "#components/access/user-context.tsx";
import { Button } from "#components/ui/button.tsx";
import { cx } from "#components/ui/cx.ts";
import type { ViewActions } from "#components/views/view-actions.ts";
import { ViewsMenu } from "#components/views/views-menu.tsx";
import { formatCount } from "#lib/numbers.ts";

interface ContainersToolbarProps {
	/** How many there are. */
	readonly count: number;
	/** EO IDs of those that a filter leaves; null: there is no filter. */
	readonly shown: readonly string[] | null;
	readonly selected: readonly string[];
	/** How many of the selected are held. */
	readonly held: number;
	readonly pending: boolean;
	readonly onStart: (kind: "sync" | "check", ids: "all" | readonly string[]) => void;
	readonly onApprove: () => void;
	readonly onClear: () => void;
	readonly viewActions: ViewActions;
}

export function ContainersToolbar({
	count,
	shown,
	selected,
	held,
	pending,
	onStart,
	onApprove,
	onClear,
	viewActions,
}: ContainersToolbarProps) {
	const none = selected.length === 0;
	const isDisabled = pending || (shown?.length ?? count) === 0;
	const which = shown === null ? `all ${formatCount(count)}` : `these ${formatCount(shown.length)}`;
	// A narrow screen only has room for buttons that can be used.
	const onlyWide = none ? "max-sm:hidden" : "";
	return (
		<div
			className={cx(
				"-mx-3 -mt-2 flex flex-wrap items-center gap-x-3 gap-y-2 bg-background px-3 py-2 sm:-mx-5 sm:px-5 lg:sticky lg:top-11 lg:z-20",
				!none && "sticky top-11 z-20",
			)}
		>
			<h1 className="font-semibold text-lg">Containers</h1>
			<ViewsMenu page="/containers" actions={viewActions} />
			<May act="containers.create">
				<Button asChild variant="quiet" className="max-sm:ml-auto">
					<Link href="/containers/new">
						<Plus aria-hidden />
						Add container
					</Link>
				</Button>
				<Button asChild variant="quiet" className="max-sm:hidden">
					<Link href="/containers/from-folder">
						<FolderSearch aria-hidden />
						Add from a folder
					</Link>
				</Button>
			</May>
			{count === 0 ? null : (
				<May act="runs.request">
					<div className="flex flex-wrap items-center gap-1.5 sm:ml-auto">
						{none ? null : (
							<span className="flex items-center gap-1 text-muted">
								<span role="status">{formatCount(selected.length)} selected</span>
								<Button variant="quiet" icon aria-label="Clear selection" onClick={onClear}>
									<X aria-hidden />
								</Button>
							</span>
						)}
						{held === 0 ? null : (
							<May act="runs.approve">
								<Button onClick={onApprove}>
									<Hand aria-hidden className="text-held" />
									Approve {formatCount(held)} held …
								</Button>
							</May>
						)}
						<Button className={onlyWide} disabled={none || pending} onClick={() => onStart("check", selected)}>
							Check selected
						</Button>
						<Button className={onlyWide} disabled={none || pending} onClick={() => onStart("sync", selected)}>
							Sync selected
						</Button>
						<Button disabled={isDisabled} onClick={() => onStart("check", shown ?? "all")}>
							<SearchCheck aria-hidden />
							Check {which}
						</Button>
						<Button variant="primary" disabled={isDisabled} onClick={() => onStart("sync", shown ?? "all")}>
							<RefreshCw aria-hidden />
							Sync {which}
						</Button>
					</div>
				</May>
			)}
		</div>
	);
}
