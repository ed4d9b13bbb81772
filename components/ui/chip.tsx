import type { ComponentProps } from "react";
import { cx } from "./cx.ts";

interface ChipProps extends ComponentProps<"button"> {
	readonly pressed: boolean;
}

/** A word that filters a list, or does not any more. */
export function Chip({ pressed, className, ...props }: ChipProps) {
	return (
		<button
			type="button"
			aria-pressed={pressed}
			className={cx(
				"h-7 rounded-md border px-2 font-medium text-fine",
				pressed ? "border-current" : "hover:border-border-strong",
				className,
			)}
			{...props}
		/>
	);
}
