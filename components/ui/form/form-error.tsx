import { CircleAlert } from "lucide-react";

/** The error of the form as a whole. */
export function FormError({ error }: { readonly error: string | null }) {
	if (error === null) return null;
	return (
		<p role="alert" className="flex items-start gap-1.5 rounded-md bg-failed-soft px-2.5 py-1.5 text-failed">
			<CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
			<span className="min-w-0 break-words">{error}</span>
		</p>
	);
}
