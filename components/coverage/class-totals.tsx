import { cx } from "#components/ui/cx.ts";
import { formatBytes } from "#components/ui/format.ts";
import {
	type ClassTotal,
	type CoverageClass,
	coverageWords,
	listedClasses,
} from "#lib/catalog/coverage/coverage-classes.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";

interface ClassTotalsProps {
	readonly totals: readonly ClassTotal[];
	readonly chosen: string;
	readonly onChoose: (chosen: CoverageClass | "") => void;
}

const listed: ReadonlySet<CoverageClass> = new Set(listedClasses);
/** Those that may have been forgotten. */
const open: ReadonlySet<CoverageClass> = new Set(["uncovered", "unknown", "rejected", "new"]);

/** How many entries each class has; those of which the entries are listed narrow the list. */
export function ClassTotals({ totals, chosen, onChoose }: ClassTotalsProps) {
	const files = totals.reduce((sum, one) => sum + one.files, 0);
	const bytes = totals.reduce((sum, one) => sum + one.bytes, 0);
	return (
		<ul aria-label="Classes" className="divide-y rounded-md border bg-surface">
			{totals.map((one) => (
				<li key={one.class}>
					{listed.has(one.class) ? (
						<button
							type="button"
							aria-pressed={chosen === one.class}
							onClick={() => onChoose(chosen === one.class ? "" : one.class)}
							className="-outline-offset-2 block w-full text-left hover:bg-raised aria-pressed:bg-raised aria-pressed:font-medium"
						>
							<Line {...one} all={files} isOpen={open.has(one.class)} />
						</button>
					) : (
						<Line {...one} all={files} isOpen={false} />
					)}
				</li>
			))}
			<li className="flex gap-3 px-3 py-1.5 font-medium">
				<span className="flex-1">Everything</span>
				<span className="tabular-nums">{formatCount(files)}</span>
				<span className="w-20 text-right text-muted tabular-nums" title={`${formatPlural(bytes, "byte")}`}>
					{formatBytes(bytes)}
				</span>
			</li>
		</ul>
	);
}

function Line({
	class: one,
	files,
	bytes,
	all,
	isOpen,
}: ClassTotal & { readonly all: number; readonly isOpen: boolean }) {
	return (
		<span className="relative flex gap-3 px-3 py-1.5">
			<span
				aria-hidden
				className={cx("absolute bottom-0 left-0 h-0.5", isOpen ? "bg-out-of-sync" : "bg-border-strong")}
				style={{ width: `${(100 * files) / Math.max(all, 1)}%` }}
			/>
			<span className="min-w-0 flex-1">{coverageWords[one]}</span>
			<span className="tabular-nums">{formatCount(files)}</span>
			<span className="w-20 text-right text-muted tabular-nums" title={`${formatPlural(bytes, "byte")}`}>
				{formatBytes(bytes)}
			</span>
		</span>
	);
}
