import { headers } from "next/headers";
import { signedIn } from "#app/access/signed-in.ts";
import { ApiReference } from "#components/api-docs/api-reference.tsx";
import { apiReference, problemReference } from "#lib/api/reference.ts";
import { readEnv } from "#lib/env.ts";

export default async function ApiDocsPage() {
	await signedIn();
	const server = readEnv().url ?? `http://${(await headers()).get("host")}`;
	return <ApiReference calls={apiReference(server)} problems={problemReference} server={server} />;
}
