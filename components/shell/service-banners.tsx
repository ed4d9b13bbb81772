"use client";

import { Database, Hourglass } from "lucide-react";
import type { ReactNode } from "react";
import { useLive } from "#components/live/live-provider.tsx";
import { useCommandName } from "#components/ui/command-name.tsx";

/** Shows on every page which service does not work now. */
export function ServiceBanners() {
	const { status } = useLive();
	const command = useCommandName();
	if (!status.database)
		return (
			<Banner icon={<Database aria-hidden />}>
				The database does not answer. What you see may be out of date, and nothing can be saved. The page goes on by
				itself when it answers again.
			</Banner>
		);
	if (!status.worker)
		return (
			<Banner icon={<Hourglass aria-hidden />}>
				No worker is running. Syncs, checks and schedules wait until one is started: {command} worker.
			</Banner>
		);
	return null;
}

function Banner({ icon, children }: { readonly icon: ReactNode; readonly children: ReactNode }) {
	return (
		<div
			role="alert"
			className="flex items-start justify-center gap-2 border-b bg-overdue-soft px-3 py-1.5 text-overdue sm:px-5 [&>svg]:mt-0.5 [&>svg]:size-3.5 [&>svg]:shrink-0"
		>
			{icon}
			<p className="min-w-0">{children}</p>
		</div>
	);
}
