import type { ComponentProps } from "react";
import { cx } from "#components/ui/cx.ts";

export const inputClasses =
	"w-full min-w-0 rounded-md border border-border bg-surface px-2 text-data placeholder:text-faint hover:border-border-strong aria-invalid:border-failed disabled:opacity-60";

export function Input({ className, ...props }: ComponentProps<"input">) {
	return <input {...props} className={cx(inputClasses, "h-7", className)} />;
}

export function Textarea({ className, ...props }: ComponentProps<"textarea">) {
	return <textarea rows={3} {...props} className={cx(inputClasses, "py-1.5 leading-5", className)} />;
}

/** The browser's own list: right on every device and for every reader. */
export function Select({ className, ...props }: ComponentProps<"select">) {
	return <select {...props} className={cx(inputClasses, "h-7 pr-6", className)} />;
}
