import { LoaderCircle } from "lucide-react";
import { cx } from "#components/ui/cx.ts";

/** Decoration only: the text beside it says what is going on. */
export function Spinner({ className }: { readonly className?: string }) {
	return <LoaderCircle aria-hidden className={cx("size-3.5 animate-spin", className)} />;
}
