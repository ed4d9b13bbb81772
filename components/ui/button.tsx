import { Slot } from "radix-ui";
import type { ComponentProps } from "react";
import { Spinner } from "#components/ui/states/spinner.tsx";
import { cx } from "./cx.ts";

const variants = {
	primary: "bg-accent text-on-accent border-transparent hover:brightness-110",
	secondary: "bg-surface text-text border-border hover:bg-raised",
	quiet: "bg-transparent text-muted border-transparent hover:bg-raised hover:text-text",
	danger: "bg-failed-soft text-failed border-failed/40 hover:border-failed",
} as const;

export interface ButtonProps extends ComponentProps<"button"> {
	readonly variant?: keyof typeof variants;
	/** Square, for one icon; needs an `aria-label`. */
	readonly icon?: boolean;
	/** Shows a spinner and takes no clicks; stays focusable so that focus is not lost. */
	readonly pending?: boolean;
	/** Renders its only child (a link) with a button's looks. */
	readonly asChild?: boolean;
}

export function Button({ variant = "secondary", icon, pending, asChild, className, children, ...props }: ButtonProps) {
	const classes = cx(
		"inline-flex h-7 shrink-0 items-center justify-center gap-1.5 whitespace-nowrap rounded-md border font-medium text-data transition-colors [&_svg]:size-3.5 [&_svg]:shrink-0",
		"aria-disabled:cursor-not-allowed aria-disabled:opacity-50 disabled:cursor-not-allowed disabled:opacity-50",
		icon ? "w-7" : "px-2.5",
		variants[variant],
		className,
	);
	if (asChild) {
		return (
			<Slot.Root className={classes} {...props}>
				{children}
			</Slot.Root>
		);
	}
	return (
		<button
			type="button"
			{...props}
			className={classes}
			aria-disabled={pending || undefined}
			onClick={pending ? (event) => event.preventDefault() : props.onClick}
		>
			{pending ? <Spinner /> : null}
			{children}
		</button>
	);
}
