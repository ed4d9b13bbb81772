import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type { SessionView } from "#lib/access/sign-in/sessions.ts";
import { browserName } from "./browser-name.ts";

interface SessionsListProps {
	readonly label: string;
	readonly sessions: readonly SessionView[];
	/** The session of this browser. */
	readonly current: string | null;
	readonly pending: boolean;
	readonly onEnd: (session: SessionView) => void;
}

export function SessionsList({ label, sessions, current, pending, onEnd }: SessionsListProps) {
	return (
		<ul aria-label={label} className="divide-y">
			{sessions.map((session) => (
				<li key={session.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2 first:pt-0 last:pb-0">
					<div className="min-w-0 flex-1 basis-60">
						<p className="flex flex-wrap items-center gap-2">
							<span title={session.userAgent ?? undefined}>{browserName(session.userAgent)}</span>
							{session.id === current ? <Badge tone="in-sync">this one</Badge> : null}
						</p>
						<p className="text-fine text-muted">
							{session.address === null ? "Address not known" : `From ${session.address}`}, signed in{" "}
							<RelativeTime instant={session.createdAt} />, used <RelativeTime instant={session.seenAt} />
						</p>
					</div>
					{session.id === current ? null : (
						<Button
							pending={pending}
							aria-label={`End the session of ${browserName(session.userAgent)}`}
							onClick={() => onEnd(session)}
						>
							End
						</Button>
					)}
				</li>
			))}
		</ul>
	);
}
