import type { ReactNode } from "react";
import { Logo } from "#components/shell/logo.tsx";

interface PublicPageProps {
	readonly title: string;
	/** One sentence below the title. */
	readonly description?: ReactNode;
	readonly children?: ReactNode;
}

/** The frame of the pages for visitors who have not signed in. */
export function PublicPage({ title, description, children }: PublicPageProps) {
	return (
		<main id="main" className="flex min-h-dvh flex-col items-center px-4 pt-[14dvh] pb-10">
			<div className="w-full max-w-sm space-y-5">
				<p className="flex items-center justify-center gap-2 font-semibold text-base">
					<Logo />
					eosync
				</p>
				<div className="space-y-4 rounded-lg border bg-surface p-5 shadow-sm">
					<div className="space-y-1">
						<h1 className="font-semibold text-lg">{title}</h1>
						{description ? <div className="text-muted">{description}</div> : null}
					</div>
					{children}
				</div>
			</div>
		</main>
	);
}
