import type { Metadata } from "next";
import { signedIn } from "#app/access/signed-in.ts";
import { catalog } from "#app/catalog.ts";
import { SettingsView } from "#components/settings/settings-view.tsx";
import { serverFacts } from "#lib/catalog/server-facts.ts";
import { readEnv } from "#lib/env.ts";
import program from "../../package.json";

export const metadata: Metadata = { title: "Settings" };

export default async function SettingsPage() {
	await signedIn();
	const { home, logLevel } = readEnv();
	const database = await catalog();
	const host = new URL(database.url).searchParams.get("host") ?? new URL(database.url).host;
	return (
		<SettingsView
			version={program.version}
			server={await serverFacts(database)}
			host={host}
			home={home}
			logLevel={logLevel}
		/>
	);
}
