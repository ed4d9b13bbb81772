"use client";

import { CircleX } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";

interface ErrorStateProps {
	/** What failed. */
	readonly title: string;
	/** Why, and what to do. */
	readonly children?: ReactNode;
	readonly onRetry?: () => void;
}

export function ErrorState({ title, children, onRetry }: ErrorStateProps) {
	return (
		<div role="alert" className="flex flex-col items-center gap-2 px-4 py-12 text-center">
			<p className="flex items-center gap-1.5 font-medium text-failed">
				<CircleX aria-hidden className="size-4" />
				{title}
			</p>
			{children ? <div className="max-w-prose break-words text-muted">{children}</div> : null}
			{onRetry ? (
				<Button className="mt-2" onClick={onRetry}>
					Try again
				</Button>
			) : null}
		</div>
	);
}
