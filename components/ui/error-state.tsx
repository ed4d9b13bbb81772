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
	/** It is all there is on the page: the title is its heading. */
	readonly page?: boolean;
}

export function ErrorState({ title, children, onRetry, page = false }: ErrorStateProps) {
	const Title = page ? "h1" : "p";
	return (
		<div role="alert" className="flex flex-col items-center gap-2 px-4 py-12 text-center">
			<Title className="flex items-center gap-1.5 font-medium text-failed">
				<CircleX aria-hidden className="size-4" />
				{title}
			</Title>
			{children ? <div className="max-w-prose break-words text-muted">{children}</div> : null}
			{onRetry ? (
				<Button className="mt-2" onClick={onRetry}>
					Try again
				</Button>
			) : null}
		</div>
	);
}
