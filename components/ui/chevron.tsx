import { ChevronRight } from "lucide-react";
import { cx } from "./cx.ts";

/** Before something that opens: it turns down when that is open. */
export function Chevron({ open, className }: { readonly open: boolean; readonly className?: string }) {
	return (
		<ChevronRight
			aria-hidden
			className={cx("size-3.5 shrink-0 text-faint transition-transform", open && "rotate-90", className)}
		/>
	);
}
