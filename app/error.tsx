"use client";

import { ErrorState } from "#components/ui/error-state.tsx";

export default function ErrorPage({
	error,
	retry,
}: {
	readonly error: Error & { digest?: string };
	readonly retry: () => void;
}) {
	return (
		<ErrorState page title="This page could not be shown" onRetry={retry}>
			<p>{error.message}</p>
			<p className="mt-1">
				Check that the database is running; the server's log says more
				{error.digest ? (
					<>
						{" "}
						under <code className="font-mono">{error.digest}</code>
					</>
				) : null}
				.
			</p>
		</ErrorState>
	);
}
