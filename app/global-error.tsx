"use client";

import { ErrorState } from "#components/ui/error-state.tsx";
import "./globals.css";

/** When not even who asks can be found out: the database does not answer. */
export default function GlobalError({
	error,
	retry,
}: {
	readonly error: Error & { digest?: string };
	readonly retry: () => void;
}) {
	return (
		<html lang="en">
			<body>
				<title>eosync</title>
				<ErrorState page title="The dashboard could not be shown" onRetry={retry}>
					Check that the database is running; the server's log says more
					{error.digest ? ` under ${error.digest}` : ""}.
				</ErrorState>
			</body>
		</html>
	);
}
