import { Check, Hourglass, X } from "lucide-react";
import { Badge } from "#components/ui/badge.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type { DeliveryView } from "#lib/catalog/channels/channel-records.ts";
import { formatPlural } from "#lib/numbers.ts";

const looks = {
	waiting: { icon: Hourglass, tone: "overdue" },
	delivered: { icon: Check, tone: "in-sync" },
	"given up": { icon: X, tone: "failed" },
} as const;

interface DeliveryLogProps {
	/** The channel's. */
	readonly name: string;
	readonly deliveries: readonly DeliveryView[];
}

/** The last messages: their text, whether they arrived, and the answer. */
export function DeliveryLog({ name, deliveries }: DeliveryLogProps) {
	const waiting = deliveries.filter(({ state }) => state === "waiting").length;
	const [last] = deliveries;
	if (last === undefined) return <p className="text-faint text-fine">No messages sent yet.</p>;
	return (
		<details className="text-fine">
			<summary className="text-muted hover:text-text">
				Delivery log of {name}: last {last.state} <RelativeTime instant={last.finishedAt ?? last.createdAt} />
				{waiting > 0 ? `, ${formatPlural(waiting, "message waits", "messages wait")}` : ""}
			</summary>
			<ol className="mt-1.5 divide-y border-t">
				{deliveries.map(({ id, state, subject, attempts, status, response, createdAt, nextAt }) => {
					const { icon: Icon, tone } = looks[state];
					return (
						<li key={id} className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 py-1.5">
							<Badge tone={tone}>
								<Icon aria-hidden />
								{state}
							</Badge>
							<span className="min-w-0 break-words font-medium">{subject}</span>
							<RelativeTime instant={createdAt} className="text-muted" />
							<span className="text-muted">
								{formatPlural(attempts, "attempt")}
								{status === null ? "" : `, ${status}`}
								{nextAt === null ? null : (
									<>
										, next <RelativeTime instant={nextAt} />
									</>
								)}
							</span>
							{response ? <span className="basis-full break-words font-mono text-muted">{response}</span> : null}
						</li>
					);
				})}
			</ol>
		</details>
	);
}
