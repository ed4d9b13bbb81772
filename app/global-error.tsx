"use client";

import ErrorPage from "./error.tsx";
import "./globals.css";

/** Reloads the page: nothing of it could be kept. */
const reload = () => window.location.reload();

/** For an error around all pages, when the database does not answer for instance. */
export default function GlobalError({ error }: Parameters<typeof ErrorPage>[0]) {
	return (
		<html lang="en">
			<body>
				<title>eosync</title>
				<ErrorPage error={error} retry={reload} />
			</body>
		</html>
	);
}
