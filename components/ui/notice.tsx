import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { type Tone, tones } from "./badge.tsx";
import { cx } from "./cx.ts";

/** A sentence above what it is about, on the colour of its tone. */
export function Notice({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
	return (
		<p className={cx("flex items-start gap-1.5 rounded px-2 py-1", tones[tone])}>
			<CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
			<span className="min-w-0 break-words">{children}</span>
		</p>
	);
}
