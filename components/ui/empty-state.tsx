import type { ReactNode } from "react";

interface EmptyStateProps {
	readonly title: string;
	/** How there comes to be something. */
	readonly children?: ReactNode;
	readonly action?: ReactNode;
}

export function EmptyState({ title, children, action }: EmptyStateProps) {
	return (
		<div className="flex flex-col items-center gap-2 px-4 py-12 text-center">
			<p className="font-medium">{title}</p>
			{children ? <div className="max-w-prose text-muted">{children}</div> : null}
			{action ? <div className="mt-2 flex flex-wrap justify-center gap-2">{action}</div> : null}
		</div>
	);
}
