import { cx } from "#components/ui/cx.ts";
import { formatCount } from "#lib/numbers.ts";

interface ProgressProps {
	readonly label: string;
	readonly done: number;
	/** null: not known; the bar then only moves. */
	readonly total: number | null;
	readonly className?: string;
}

export function Progress({ label, done, total, className }: ProgressProps) {
	const percent = percentOf(done, total);
	return (
		<div
			role="progressbar"
			aria-label={label}
			aria-valuemin={0}
			aria-valuemax={100}
			aria-valuenow={percent ?? undefined}
			aria-valuetext={percent === null ? `${formatCount(done)} so far` : undefined}
			className={cx("h-1 overflow-hidden rounded-full bg-syncing-soft", className)}
		>
			<div
				className={cx(
					"h-full rounded-full bg-syncing transition-[width] duration-300",
					percent === null && "w-1/3 animate-pulse",
				)}
				style={percent === null ? undefined : { width: `${percent}%` }}
			/>
		</div>
	);
}

/** Whole percent, never 100 before it is done; null when the total is not known. */
export function percentOf(done: number, total: number | null): number | null {
	if (total === null || total <= 0) return null;
	return done >= total ? 100 : Math.max(0, Math.min(99, Math.floor((done / total) * 100)));
}
