import type { ReactNode } from "react";
import { cx } from "./cx.ts";

/** Foreground and soft background of each state and action; named as the tokens in globals.css. */
export const tones = {
	"in-sync": "text-in-sync bg-in-sync-soft",
	"out-of-sync": "text-out-of-sync bg-out-of-sync-soft",
	syncing: "text-syncing bg-syncing-soft",
	held: "text-held bg-held-soft",
	failed: "text-failed bg-failed-soft",
	never: "text-never bg-never-soft",
	overdue: "text-overdue bg-overdue-soft",
	added: "text-added bg-added-soft",
	removed: "text-removed bg-removed-soft",
	updated: "text-updated bg-updated-soft",
	moved: "text-moved bg-moved-soft",
	linked: "text-linked bg-linked-soft",
	rejected: "text-rejected bg-rejected-soft",
	neutral: "text-muted bg-raised",
} as const;
export type Tone = keyof typeof tones;

interface BadgeProps {
	readonly tone?: Tone;
	readonly title?: string | undefined;
	readonly className?: string;
	readonly children: ReactNode;
}

export function Badge({ tone = "neutral", title, className, children }: BadgeProps) {
	return (
		<span
			title={title}
			className={cx(
				"inline-flex h-5 items-center gap-1 whitespace-nowrap rounded px-1.5 font-medium text-fine [&_svg]:size-3 [&_svg]:shrink-0",
				tones[tone],
				className,
			)}
		>
			{children}
		</span>
	);
}
