import { Hand } from "lucide-react";
import { type ReactNode, useId } from "react";

interface HeldPanelProps {
	readonly title: string;
	/** Why it is held, and what it would do. */
	readonly children: ReactNode;
	/** What decides about it: a form, or who may. */
	readonly decision: ReactNode;
}

/** Something that waits for a person to approve it. */
export function HeldPanel({ title, children, decision }: HeldPanelProps) {
	const heading = useId();
	return (
		<section
			aria-labelledby={heading}
			className="grid gap-4 rounded-md border border-held/40 bg-surface p-3 lg:grid-cols-2"
		>
			<div className="min-w-0 space-y-2">
				<h2 id={heading} className="flex items-center gap-1.5 font-semibold text-held text-sm">
					<Hand aria-hidden className="size-4" /> {title}
				</h2>
				{children}
			</div>
			{decision}
		</section>
	);
}
