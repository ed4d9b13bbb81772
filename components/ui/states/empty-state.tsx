import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

interface EmptyStateProps {
	readonly icon?: LucideIcon;
	readonly title: string;
	/** How there comes to be something. */
	readonly children?: ReactNode;
	readonly action?: ReactNode;
	/** It is all there is on the page: the title is its heading. */
	readonly page?: boolean;
}

export function EmptyState({ icon: Icon, title, children, action, page = false }: EmptyStateProps) {
	const Title = page ? "h1" : "p";
	return (
		<div className="flex flex-col items-center gap-2 px-4 py-12 text-center">
			{Icon === undefined ? null : <Icon aria-hidden className="size-5 text-faint" />}
			<Title className="font-medium">{title}</Title>
			{children ? <div className="max-w-prose text-muted">{children}</div> : null}
			{action ? <div className="mt-2 flex flex-wrap justify-center gap-2">{action}</div> : null}
		</div>
	);
}
