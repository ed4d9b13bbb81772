"use client";

import { CircleX } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "#components/ui/button.tsx";

interface ErrorStateProps {
	/** What failed. */
	readonly title: string;
	/** Why, and what to do. */
	readonly children?: ReactNode;
	readonly onRetry?: () => void;
	/** It is all there is on the page: the title is its heading. */
	readonly page?: boolean;
	/** Earlier data are still shown below: one line, so that little moves. */
	readonly bar?: boolean;
}

export function ErrorState({ title, children, onRetry, page = false, bar = false }: ErrorStateProps) {
	const Title = page ? "h1" : "p";
	return (
		<div
			role="alert"
			className={
				bar
					? "flex flex-wrap items-center gap-x-4 gap-y-1 rounded-md bg-failed-soft px-3 py-1.5 [&>button]:ml-auto"
					: "flex flex-col items-center gap-2 px-4 py-12 text-center [&>button]:mt-2"
			}
		>
			<Title className="flex items-center gap-1.5 font-medium text-failed">
				<CircleX aria-hidden className="size-4" />
				{title}
			</Title>
			{children ? <div className="max-w-prose break-words text-muted">{children}</div> : null}
			{onRetry ? <Button onClick={onRetry}>Try again</Button> : null}
		</div>
	);
}
