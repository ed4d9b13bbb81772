import { cx } from "#components/ui/cx.ts";
import { Elapsed } from "#components/ui/times/relative-time.tsx";
import type { TargetView } from "#lib/catalog/targets/target-views.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";

interface LagTextProps {
	readonly lag: Pick<TargetView, "lag" | "behindSince" | "comparesAll" | "pushedAt">;
	readonly className?: string;
}

/** `up to date`; `1,204 changes, 3 s behind`. */
export function LagText({ lag: { lag, behindSince, comparesAll, pushedAt }, className }: LagTextProps) {
	if (lag.changes > 0 && behindSince !== null)
		return (
			<span className={cx("text-out-of-sync", className)}>
				{formatPlural(lag.changes, "change")}, <Elapsed since={behindSince} format={lagText} /> behind
			</span>
		);
	if (comparesAll) return <span className={cx("text-out-of-sync", className)}>everything is still to be compared</span>;
	return (
		<span className={cx(pushedAt === null ? "text-muted" : "text-in-sync", className)}>
			{pushedAt === null ? "nothing waits" : "up to date"}
		</span>
	);
}

/** `3 s`, `12 min`, `5 h`, `2 d`. */
export function lagText(seconds: number): string {
	const whole = Math.floor(seconds);
	if (whole < 60) return `${whole} s`;
	if (whole < 3600) return `${Math.floor(whole / 60)} min`;
	if (whole < 86_400) return `${Math.floor(whole / 3600)} h`;
	return `${formatCount(Math.floor(whole / 86_400))} d`;
}
