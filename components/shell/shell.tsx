"use client";

import { setNonce } from "get-nonce";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { type ReactNode, useState } from "react";
import { Toaster } from "sonner";
import { type SignedInUser, UserProvider } from "#components/access/user-context.tsx";
import type { RequestRuns } from "#components/containers/use-request-runs.tsx";
import { LiveProvider } from "#components/live/live-provider.tsx";
import { NowProvider } from "#components/ui/now.tsx";
import { entrances } from "#lib/access/return-path.ts";
import { AccountMenu, type SignOut } from "./account-menu.tsx";
import { CommandMenu } from "./command-menu.tsx";
import { LiveIndicator } from "./live-indicator.tsx";
import { Logo } from "./logo.tsx";
import { Navigation } from "./navigation.tsx";
import { SearchButton } from "./search-button.tsx";
import { ShortcutHelp } from "./shortcut-help.tsx";

interface ShellProps {
	/** The server's clock at rendering, in milliseconds since 1970. */
	readonly now: number;
	/** Of this page's security policy: Radix gives it to the styles it adds. */
	readonly nonce: string;
	/** null: nobody has signed in, there is only the page. */
	readonly user: SignedInUser | null;
	readonly signOut: SignOut;
	readonly requestRuns: RequestRuns;
	readonly children: ReactNode;
}

/** What stands around every page. */
export function Shell({ now, nonce, user, signOut, requestRuns, children }: ShellProps) {
	const [commands, setCommands] = useState(false);
	// That of the page as it was loaded; a later one would not count.
	useState(() => setNonce(nonce));
	const path = usePathname();
	if (user === null || entrances.includes(path)) return <NowProvider now={now}>{children}</NowProvider>;
	return (
		<UserProvider user={user}>
			<NowProvider now={now}>
				<LiveProvider>
					<a
						href="#main"
						className="sr-only z-50 rounded-md border bg-surface px-3 py-1.5 focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
					>
						Skip to content
					</a>
					<header className="sticky top-0 z-30 flex h-11 items-center gap-2 border-b bg-surface px-3 sm:gap-4 sm:px-5">
						<Link href="/containers" aria-label="eosync" className="flex items-center gap-2 font-semibold">
							<Logo />
							<span className="hidden sm:inline">eosync</span>
						</Link>
						<Navigation />
						<div className="ml-auto flex items-center gap-3">
							<LiveIndicator />
							<SearchButton onClick={() => setCommands(true)} />
							<AccountMenu signOut={signOut} />
						</div>
					</header>
					<main id="main" tabIndex={-1} className="mx-auto max-w-[120rem] px-3 py-4 outline-none sm:px-5">
						{children}
					</main>
					<CommandMenu open={commands} onOpenChange={setCommands} requestRuns={requestRuns} />
					<ShortcutHelp />
					<Toaster theme="system" position="bottom-right" toastOptions={{ className: "font-sans! text-data!" }} />
				</LiveProvider>
			</NowProvider>
		</UserProvider>
	);
}
