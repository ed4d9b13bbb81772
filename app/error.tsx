"use client";

import { useRetry } from "#components/ui/actions/use-retry.ts";
import { ErrorState } from "#components/ui/states/error-state.tsx";

interface ErrorPageProps {
	readonly error: Error & { readonly digest?: string };
	readonly retry: () => void;
}

/** The error's own message is for programmers, and in production not even that. */
export default function ErrorPage({ error: { digest }, retry }: ErrorPageProps) {
	useRetry(retry);
	return (
		<ErrorState page title="This page could not be shown" onRetry={retry}>
			{digest === undefined ? (
				"Something went wrong while it was drawn. It tries again by itself; you can also reload it."
			) : (
				<>
					Something went wrong on the server. Check that the database is running; the server's log says more under{" "}
					<code className="font-mono">{digest}</code>. The page comes by itself when it can be shown again.
				</>
			)}
		</ErrorState>
	);
}
