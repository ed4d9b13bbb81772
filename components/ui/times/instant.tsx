"use client";

import { useUser } from "#components/access/user-context.tsx";
import { formatDay, formatInstant } from "#components/ui/format.ts";

interface InstantProps {
	readonly instant: string;
	/** Only the day. */
	readonly day?: boolean;
	/** Default: the exact instant in UTC. */
	readonly title?: string;
	readonly className?: string;
}

/** An instant in the zone that the user has chosen, the exact one in UTC in the title. */
export function InstantText({ instant, day = false, title = formatInstant(instant), className }: InstantProps) {
	const { timeZone } = useUser();
	return (
		<time dateTime={instant} title={title} className={className}>
			{day ? formatDay(instant, timeZone) : formatInstant(instant, timeZone)}
		</time>
	);
}
