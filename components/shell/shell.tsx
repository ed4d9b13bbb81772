"use client";

import { setNonce } from "get-nonce";
import { Search } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { type ReactNode, useState } from "react";
import { Toaster } from "sonner";
import { type SignedInUser, UserProvider } from "#components/access/user-context.tsx";
import type { BatchActions } from "#components/batches/batch-actions.ts";
import { BatchBar } from "#components/batches/batch-bar.tsx";
import type { RequestRuns } from "#components/containers/use-request-runs.tsx";
import { LiveProvider, useLive } from "#components/live/live-provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { CommandNameProvider } from "#components/ui/command-name.tsx";
import { cx } from "#components/ui/cx.ts";
import { Dialog, DialogBody } from "#components/ui/dialogs/dialog.tsx";
import { Kbd } from "#components/ui/kbd.tsx";
import { Spinner } from "#components/ui/states/spinner.tsx";
import { NowProvider } from "#components/ui/times/now.tsx";
import type { Theme } from "#lib/access/display.ts";
import { publicPages } from "#lib/access/request/return-path.ts";
import { AccountMenu, type SignOut } from "./account-menu.tsx";
import { CommandMenu } from "./command-menu.tsx";
import { Logo } from "./logo.tsx";
import { useIsMissing } from "./missing-page.tsx";
import { Navigation } from "./navigation.tsx";
import { notFoundTitle, pageTitle } from "./page-title.ts";
import { ServiceBanners } from "./service-banners.tsx";
import { ShortcutList } from "./shortcut-list.tsx";
import { useShortcuts } from "./shortcuts.ts";

interface ShellProps {
	/** The server's clock at rendering, in milliseconds since 1970. */
	readonly now: number;
	/** Of this page's security policy: Radix gives it to the styles it adds. */
	readonly nonce: string;
	/** null: no user has signed in, there is only the page. */
	readonly user: SignedInUser | null;
	readonly theme: Theme;
	/** How this installation is called on its command line. */
	readonly commandName: string;
	readonly signOut: SignOut;
	readonly requestRuns: RequestRuns;
	readonly batchActions: BatchActions;
	readonly children: ReactNode;
}

/** The frame of every page. */
export function Shell(props: ShellProps) {
	const { now, nonce, user, theme, commandName, signOut, requestRuns, batchActions, children } = props;
	const [commands, setCommands] = useState(false);
	// That of the page as it was loaded; a later one would not count.
	useState(() => setNonce(nonce));
	const path = usePathname();
	const isMissing = useIsMissing(path);
	// Not Next's metadata: of a page that is reached from another it may never come.
	const title = <title>{`${isMissing ? notFoundTitle : pageTitle(path)} · eosync`}</title>;
	if (user === null || publicPages.includes(path)) {
		return (
			<NowProvider now={now}>
				{title}
				{children}
			</NowProvider>
		);
	}
	return (
		<UserProvider user={user}>
			<NowProvider now={now}>
				<CommandNameProvider name={commandName}>
					<LiveProvider>
						{title}
						<a
							href="#main"
							className="sr-only z-50 rounded-md border bg-surface px-3 py-1.5 focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
						>
							Skip to content
						</a>
						<header className="sticky top-0 z-30 flex h-11 items-center gap-2 border-b bg-surface px-3 sm:gap-4 sm:px-5">
							<Link href="/" aria-label="eosync" className="touch-target flex items-center gap-2 font-semibold">
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
						<ServiceBanners />
						<BatchBar actions={batchActions} />
						<main id="main" tabIndex={-1} className="mx-auto max-w-[120rem] px-3 pt-4 pb-24 outline-none sm:px-5">
							{children}
						</main>
						<CommandMenu open={commands} onOpenChange={setCommands} requestRuns={requestRuns} />
						<ShortcutHelp />
						<Toaster theme={theme} position="bottom-right" toastOptions={{ className: "font-sans! text-data!" }} />
					</LiveProvider>
				</CommandNameProvider>
			</NowProvider>
		</UserProvider>
	);
}

const connectionWords = {
	connecting: "Connecting…",
	live: "Live",
	polling: "Updated every 5 s",
	lost: "Connection lost, reconnecting…",
} as const;

/** Whether the numbers on the page move by themselves right now. */
function LiveIndicator() {
	const { connection } = useLive();
	return (
		<span
			role="status"
			className={cx(
				"flex items-center gap-1.5 whitespace-nowrap text-fine",
				connection === "lost" ? "font-medium text-failed" : "text-faint",
			)}
		>
			{connection === "live" || connection === "polling" ? (
				<span aria-hidden className="size-1.5 rounded-full bg-in-sync" />
			) : (
				<Spinner className="size-3" />
			)}
			<span className={connection === "live" ? "max-sm:sr-only" : ""}>{connectionWords[connection]}</span>
		</span>
	);
}

/** Opens the command menu; for those who do not know the key yet. */
function SearchButton({ onClick }: { readonly onClick: () => void }) {
	return (
		<Button onClick={onClick} className="text-muted! px-2! sm:pr-1!">
			<Search aria-hidden />
			<span className="sr-only md:not-sr-only">Go to…</span>
			<span aria-hidden className="hidden gap-0.5 md:flex">
				<Kbd>Ctrl</Kbd>
				<Kbd>K</Kbd>
			</span>
		</Button>
	);
}

function ShortcutHelp() {
	const [open, setOpen] = useState(false);
	useShortcuts({ "?": () => setOpen(true) });
	return (
		<Dialog open={open} onOpenChange={setOpen} title="Keyboard">
			<DialogBody>
				<ShortcutList />
			</DialogBody>
		</Dialog>
	);
}
