import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";
import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import { connection } from "next/server";
import type { ReactNode } from "react";
import { display } from "#app/access/display.ts";
import { isPublicPage, signedIn } from "#app/access/signed-in.ts";
import { signOutAction } from "#app/actions/people/own-account.ts";
import { batchActions } from "#app/actions/runs/batch-actions.ts";
import { requestRunsAction } from "#app/actions/runs/request-runs.ts";
import { Shell } from "#components/shell/shell.tsx";
import { commandName } from "#lib/installation.ts";
import "./globals.css";

/** Without a title: the frame has it, see components/shell/page-title.ts. */
export const metadata: Metadata = {
	description: "Keeps an Earth-observation catalogue true to its archive.",
};

const backgrounds = { light: "#f7f7f8", dark: "#0c0d10" } as const;

export async function generateViewport(): Promise<Viewport> {
	const { theme } = await display();
	if (theme !== "system") return { themeColor: backgrounds[theme] };
	return {
		themeColor: (["light", "dark"] as const).map((scheme) => ({
			media: `(prefers-color-scheme: ${scheme})`,
			color: backgrounds[scheme],
		})),
	};
}

export default async function RootLayout({ children }: { readonly children: ReactNode }) {
	await connection();
	// Checked before anything is sent, so that visitors who have not signed in get no page at all. Later requests check for themselves.
	const caller = (await isPublicPage()) ? null : await signedIn();
	const { timeZone, theme } = await display();
	const user = caller && { id: caller.id, name: caller.name, role: caller.role, timeZone };
	const nonce = (await headers()).get("x-eosync-nonce") ?? "";
	return (
		<html lang="en" data-theme={theme} className={`${GeistSans.variable} ${GeistMono.variable}`}>
			<body>
				<Shell
					now={Date.now()}
					nonce={nonce}
					user={user}
					theme={theme}
					commandName={commandName}
					signOut={signOutAction}
					requestRuns={requestRunsAction}
					batchActions={batchActions}
				>
					{children}
				</Shell>
			</body>
		</html>
	);
}
