import { type Tone, tones } from "#components/ui/badge.tsx";
import { cx } from "#components/ui/cx.ts";
import type { ChangeAction } from "#lib/catalog/inputs.ts";
import type { ChangeCounts } from "#lib/catalog/read-models/change-view.ts";
import { formatCount } from "#lib/numbers.ts";

/** Changes as sign + word + colour, the same on every page. */
export const actionLooks: Readonly<Record<ChangeAction, { readonly sign: string; readonly tone: Tone }>> = {
	added: { sign: "+", tone: "added" },
	removed: { sign: "−", tone: "removed" },
	updated: { sign: "~", tone: "updated" },
	moved: { sign: "→", tone: "moved" },
	linked: { sign: "⇄", tone: "linked" },
	unlinked: { sign: "⇎", tone: "linked" },
	rejected: { sign: "!", tone: "rejected" },
};
const actions = Object.keys(actionLooks) as readonly ChangeAction[];

/** The sign in a small square; the word is for screen readers, or visible with `withWord`. */
export function ActionMark({ action, withWord }: { readonly action: ChangeAction; readonly withWord?: boolean }) {
	const { sign, tone } = actionLooks[action];
	return (
		<span className="inline-flex items-center gap-1.5" title={withWord ? undefined : action}>
			<span
				aria-hidden
				className={cx(
					"inline-flex size-4 items-center justify-center rounded font-mono font-semibold text-fine leading-none",
					tones[tone],
				)}
			>
				{sign}
			</span>
			<span className={withWord ? undefined : "sr-only"}>{action}</span>
		</span>
	);
}

interface ChangeCountsLineProps {
	readonly counts: ChangeCounts;
	/** Shown when nothing changed. */
	readonly none?: string;
}

/** `+3 −1 ~2`: only what is not zero, each with its word for screen readers and on hover. */
export function ChangeCountsLine({ counts, none = "no changes" }: ChangeCountsLineProps) {
	const present = actions.filter((action) => counts[action] > 0);
	if (present.length === 0) return <span className="text-faint">{none}</span>;
	return (
		<span className="inline-flex flex-wrap gap-x-2 font-mono text-fine">
			{present.map((action) => {
				const { sign, tone } = actionLooks[action];
				const count = formatCount(counts[action]);
				return (
					<span key={action} title={`${count} ${action}`} className={cx(tones[tone], "bg-transparent!")}>
						<span aria-hidden>
							{sign}
							{count}
						</span>
						<span className="sr-only">
							{count} {action}
						</span>
					</span>
				);
			})}
		</span>
	);
}

/** `3 added, 1 moved, 2 rejected`; `no changes`. */
export function changesInWords(counts: ChangeCounts): string {
	const present = actions.filter((action) => counts[action] > 0);
	return present.length === 0
		? "no changes"
		: present.map((action) => `${formatCount(counts[action])} ${action}`).join(", ");
}
