import { TrendingUp } from "lucide-react";
import Link from "next/link";
import { formatInstant, truncateMiddle } from "#components/ui/format.ts";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type { WorseningContainer } from "#lib/catalog/health/worsening.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";

/** Containers whose last looks found ever more; nothing is shown where there is none. */
export function WorseningList({ containers }: { readonly containers: readonly WorseningContainer[] }) {
	if (containers.length === 0) return null;
	return (
		<section aria-labelledby="worsening-heading" className="flex flex-wrap items-center gap-x-4 gap-y-1">
			<h2 id="worsening-heading" className="flex items-center gap-1.5 font-semibold">
				<TrendingUp aria-hidden className="size-4 text-out-of-sync" />
				Getting worse
			</h2>
			<ol aria-labelledby="worsening-heading" className="contents">
				{containers.map((container) => (
					<Worsening key={container.id} container={container} />
				))}
			</ol>
		</section>
	);
}

function Worsening({ container: { id, title, points, growth } }: { readonly container: WorseningContainer }) {
	const [first] = points;
	const series = points.map((point) => `${formatInstant(point.at)}: ${formatCount(sizeOf(point))}`).join("\n");
	return (
		<li className="flex min-w-0 items-center gap-1.5" title={`${title}\n${series}`}>
			<Link
				href={`/containers/${encodeURIComponent(id)}?tab=drift`}
				prefetch={false}
				className="min-w-0 truncate font-medium font-mono text-fine hover:underline pointer-coarse:py-1"
			>
				{truncateMiddle(id, 40)}
			</Link>
			<span className="whitespace-nowrap text-out-of-sync">
				+{formatCount(growth)}
				<span className="sr-only"> files, now {formatPlural(sizeOf(points.at(-1)), "file")}</span>
			</span>
			{first === undefined ? null : (
				<span className="whitespace-nowrap text-faint text-fine">
					since <RelativeTime instant={first.at} />
				</span>
			)}
		</li>
	);
}

function sizeOf(point: WorseningContainer["points"][number] | undefined): number {
	return point === undefined ? 0 : point.differences + (point.rejected ?? 0);
}
