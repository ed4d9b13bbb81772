import { Check, Info, X } from "lucide-react";
import { cx } from "#components/ui/cx.ts";
import type { TargetTest } from "#lib/catalog/targets/target-views.ts";
import { formatCount } from "#lib/numbers.ts";

interface TargetTestResultProps {
	readonly test: TargetTest;
	/** The result stands below a long form, so it scrolls into view. */
	readonly isBelow?: boolean;
}

/** The result of *Test*: whether the target can be reached and is one that can be kept in step, and what to know of it. */
export function TargetTestResult({
	test: { ok, message, notes, milliseconds },
	isBelow = false,
}: TargetTestResultProps) {
	const Icon = ok ? Check : X;
	return (
		<div
			role="status"
			ref={isBelow ? comeIntoView : null}
			className={cx("space-y-2 rounded-md border px-3 py-2", ok ? "border-in-sync/40" : "border-failed/40")}
		>
			<p className={cx("flex items-start gap-1.5", ok ? "text-in-sync" : "text-failed")}>
				<Icon aria-hidden className="mt-0.5 size-3.5 shrink-0" strokeWidth={2.5} />
				<span className="min-w-0 wrap-anywhere">
					{message}
					{ok ? <span className="text-muted"> ({formatCount(Math.max(1, Math.round(milliseconds)))} ms)</span> : null}
				</span>
			</p>
			{notes.length === 0 ? null : (
				<ul aria-label="Notes" className="space-y-1 text-fine text-muted">
					{notes.map((note) => (
						<li key={note} className="flex items-start gap-1.5">
							<Info aria-hidden className="mt-0.5 size-3 shrink-0" />
							<span className="min-w-0 wrap-anywhere">{note}</span>
						</li>
					))}
				</ul>
			)}
		</div>
	);
}

function comeIntoView(element: HTMLElement | null) {
	element?.scrollIntoView({ block: "nearest" });
}
