"use client";

import { Check, Minus } from "lucide-react";
import { Checkbox as Radix } from "radix-ui";
import type { ComponentProps } from "react";
import { cx } from "#components/ui/cx.ts";

/** `checked="indeterminate"` shows a dash. Its touch area reaches beyond the box. */
export function Checkbox({ className, ...props }: ComponentProps<typeof Radix.Root>) {
	return (
		<Radix.Root
			{...props}
			className={cx(
				"relative flex size-4 shrink-0 items-center justify-center rounded-[4px] border border-border-strong bg-surface text-on-accent after:absolute after:-inset-2",
				"data-[state=checked]:border-accent data-[state=indeterminate]:border-accent data-[state=checked]:bg-accent data-[state=indeterminate]:bg-accent disabled:opacity-50",
				className,
			)}
		>
			<Radix.Indicator>
				{props.checked === "indeterminate" ? (
					<Minus aria-hidden className="size-3" strokeWidth={3} />
				) : (
					<Check aria-hidden className="size-3" strokeWidth={3} />
				)}
			</Radix.Indicator>
		</Radix.Root>
	);
}
