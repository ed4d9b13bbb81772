import { formatCount } from "#components/ui/format.ts";
import type { CountPoint } from "./dataset-counts.ts";

/** The container's last dataset counts as bars, and dashed what the held run would leave. */
export function CountsChart({ points }: { readonly points: readonly CountPoint[] }) {
	const shown = points.slice(-16);
	const most = Math.max(...shown.map(({ datasets }) => datasets), 1);
	return (
		<figure className="space-y-1">
			<figcaption className="text-fine text-muted">Datasets after the last runs, and after this one</figcaption>
			<ol className="flex h-20 items-end gap-1">
				{shown.map(({ run, datasets }) => (
					<li
						key={run ?? "left"}
						title={`${run === null ? "This run would leave" : `After run ${run}:`} ${formatCount(datasets)} datasets`}
						className="flex h-full max-w-12 flex-1 flex-col justify-end text-center"
					>
						<span className="truncate text-[10px] text-muted">{formatCount(datasets)}</span>
						<span
							aria-hidden
							className={
								run === null
									? "rounded-t-sm border border-removed border-b-0 border-dashed bg-removed-soft"
									: "rounded-t-sm bg-border-strong/60"
							}
							style={{ height: `${Math.max(2, (datasets / most) * 72)}%` }}
						/>
						<span className="sr-only">{run === null ? "datasets would be left" : `datasets after run ${run}`}</span>
					</li>
				))}
			</ol>
		</figure>
	);
}
