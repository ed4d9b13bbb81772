import { TriangleAlert } from "lucide-react";

/** Why what was found in a folder is not all of it, or may be wrong. */
export function Warning({ text }: { readonly text: string }) {
	return (
		<p className="flex items-start gap-1.5 text-fine text-overdue">
			<TriangleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
			<span className="min-w-0 break-words">{text}</span>
		</p>
	);
}
