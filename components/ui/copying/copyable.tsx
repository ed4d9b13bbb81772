"use client";

import { Check, Copy } from "lucide-react";
import { cx } from "#components/ui/cx.ts";
import { truncateMiddle } from "#components/ui/format.ts";
import { useCopied } from "./use-copied.ts";

interface CopyableProps {
	readonly text: string;
	/** The kind of text, for the button's name: "Copy path". */
	readonly label: string;
	/** Longest text shown in full; the middle goes first. */
	readonly length?: number;
	/** All of it, in as many lines as it takes. */
	readonly whole?: boolean;
	readonly className?: string;
}

/** An ID or a path: mono, truncated in the middle, whole in the title, one click copies it. */
export function Copyable({ text, label, length = 60, whole = false, className }: CopyableProps) {
	const { copied, copy } = useCopied();
	const Icon = copied ? Check : Copy;
	return (
		<span className={cx("group/copy inline-flex min-w-0 max-w-full items-center gap-1 font-mono text-fine", className)}>
			<span title={text} className={whole ? "min-w-0 break-all" : "truncate"}>
				{whole ? text : truncateMiddle(text, length)}
			</span>
			<button
				type="button"
				aria-label={`Copy ${label}`}
				onClick={() => void copy(text)}
				className="touch-target rounded p-0.5 text-faint opacity-0 hover:text-text focus-visible:opacity-100 group-hover/copy:opacity-100 pointer-coarse:opacity-100"
			>
				<Icon aria-hidden className="size-3" />
			</button>
			<span role="status" className="sr-only">
				{copied ? "Copied" : ""}
			</span>
		</span>
	);
}
