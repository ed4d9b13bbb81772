"use client";

import { ErrorState } from "#components/ui/error-state.tsx";

interface ErrorPageProps {
	readonly error: Error & { readonly digest?: string };
	readonly retry: () => void;
}

/** The error's own message is for programmers, and in production not even that. */
export default function ErrorPage({ error: { digest }, retry }: ErrorPageProps) {
	return (
		<ErrorState page title="This page could not be shown" onRetry={retry}>
			{digest === undefined ? (
				"Something went wrong while it was drawn. Try again, or reload the page."
			) : (
				<>
					Something went wrong on the server. Check that the database is running; the server's log says more under{" "}
					<code className="font-mono">{digest}</code>.
				</>
			)}
		</ErrorState>
	);
}
