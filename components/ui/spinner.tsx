import { LoaderCircle } from "lucide-react";
import { cx } from "./cx.ts";

/** Decoration only: whatever it stands beside says in words what goes on. */
export function Spinner({ className }: { readonly className?: string }) {
	return <LoaderCircle aria-hidden className={cx("size-3.5 animate-spin", className)} />;
}
