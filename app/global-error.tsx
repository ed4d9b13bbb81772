"use client";

import ErrorPage from "./error.tsx";
import "./globals.css";

/** For an error around all pages, when the database does not answer for instance. */
export default function GlobalError(props: Parameters<typeof ErrorPage>[0]) {
	return (
		<html lang="en">
			<body>
				<title>eosync</title>
				<ErrorPage {...props} />
			</body>
		</html>
	);
}
