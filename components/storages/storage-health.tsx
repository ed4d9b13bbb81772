import { CircleAlert, CircleCheck, CircleDashed, CirclePause, CirclePlay } from "lucide-react";
import Link from "next/link";
import { May } from "#components/access/user-context.tsx";
import { usePageActions } from "#components/shell/page-actions.ts";
import { useAction } from "#components/ui/actions/use-action.ts";
import { Button } from "#components/ui/button.tsx";
import { InstantText } from "#components/ui/times/instant.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type { StorageOverview } from "#lib/catalog/storages/storage-views.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";
import type { StorageConfig } from "#lib/storage/config.ts";
import type { StorageActions } from "./storage-dialog.tsx";

interface StorageHealthProps {
	readonly storage: StorageOverview;
	readonly onResume: StorageActions["resume"];
	readonly onChanged: () => void;
}

/** Whether the storage answers, whether it is used now, and how its containers are. */
export function StorageHealth({ storage, onResume, onChanged }: StorageHealthProps) {
	const { name, listedAt, states, config } = storage;
	const entries = Object.entries(states).sort(([a], [b]) => (a < b ? -1 : 1));
	return (
		<div className="space-y-1 text-fine text-muted">
			<p className="flex flex-wrap items-center gap-x-1.5">
				<Reach storage={storage} />
				{listedAt === null ? null : (
					<span>
						· listed <RelativeTime instant={listedAt} />
					</span>
				)}
				{limitsOf(config).map((limit) => (
					<span key={limit}>· {limit}</span>
				))}
			</p>
			<Closed storage={storage} onResume={onResume} onChanged={onChanged} />
			{entries.length === 0 ? null : (
				<ul aria-label={`Containers of ${name} by state`} className="flex flex-wrap gap-x-3">
					{entries.map(([state, count]) => (
						<li key={state}>
							<Link
								href={`/containers?storage=${encodeURIComponent(name)}&state=${encodeURIComponent(state)}`}
								className="text-text hover:underline pointer-coarse:inline-block pointer-coarse:py-1"
							>
								{formatCount(count ?? 0)} {state}
							</Link>
						</li>
					))}
				</ul>
			)}
		</div>
	);
}

/** What its configuration lets be asked of it. */
function limitsOf({ hours, timeZone, ...config }: StorageConfig): readonly string[] {
	const parallel = "parallel" in config ? config.parallel : undefined;
	return [
		...(hours === undefined ? [] : [`used ${hours.replace("-", "–")} ${timeZone ?? "UTC"} only`]),
		...(parallel === undefined ? [] : [`at most ${formatPlural(parallel, "connection")}`]),
	];
}

function Reach({ storage: { unreachable, probe } }: Pick<StorageHealthProps, "storage">) {
	if (unreachable !== null)
		return (
			<span className="flex items-center gap-1 font-medium text-failed">
				<CircleAlert aria-hidden className="size-3" />
				Down
				{probe === null ? null : (
					<span className="font-normal text-muted">
						· asked <RelativeTime instant={probe.at} />
						{probe.refused ? "; its log-in was refused: it is not asked again until it is edited or tested" : ""}
					</span>
				)}
			</span>
		);
	if (probe?.reached)
		return (
			<span className="flex items-center gap-1 font-medium text-in-sync">
				<CircleCheck aria-hidden className="size-3" />
				Up
				<span className="font-normal text-muted">
					· {formatCount(probe.milliseconds)} ms · asked <RelativeTime instant={probe.at} />
				</span>
			</span>
		);
	return (
		<span className="flex items-center gap-1">
			<CircleDashed aria-hidden className="size-3" />
			Not asked yet whether it answers
		</span>
	);
}

function Closed({ storage: { name, pause, closed }, onResume, onChanged }: StorageHealthProps) {
	const { runAction, pending } = useAction();
	const resume = () => runAction(() => onResume({ name }), onChanged);
	usePageActions(
		closed === null || pause === null
			? []
			: [{ label: `Resume ${name}`, icon: <CirclePlay />, act: "storages.resume", go: resume }],
	);
	if (closed === null) return null;
	return (
		<p className="flex flex-wrap items-center gap-1.5">
			<span className="flex min-w-0 items-start gap-1">
				<CirclePause aria-hidden className="mt-0.5 size-3 shrink-0" />
				<span className="min-w-0 break-words">
					{pause === null ? "Outside its hours" : "Paused"} until <InstantText instant={closed.until} />
					{pause === null ? "" : ` by ${pause.by}${pause.note === "" ? "" : `: ${pause.note}`}`}
				</span>
			</span>
			{pause === null ? null : (
				<May act="storages.resume">
					<Button variant="quiet" aria-label={`Resume ${name}`} pending={pending} onClick={resume}>
						Resume
					</Button>
				</May>
			)}
		</p>
	);
}
