import { KeyRound, Mail, Pencil, Radio, Send, Trash2, Webhook } from "lucide-react";
import { useState } from "react";
import { usePageActions } from "#components/shell/page-actions.ts";
import { useAction } from "#components/ui/actions/use-action.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type {
	CatalogueFilter,
	ChannelLag,
	ChannelSettings,
	ChannelView,
} from "#lib/catalog/channels/channel-records.ts";
import type { DeliveryResult } from "#lib/notifications/delivery-result.ts";
import { formatPlural } from "#lib/numbers.ts";
import type { ChannelActions } from "./channel-actions.ts";
import { DeliveryLog } from "./delivery-log.tsx";

interface ChannelItemProps {
	readonly channel: ChannelView;
	readonly onTest: ChannelActions["test"];
	readonly onEdit: () => void;
	readonly onRemove: () => void;
}

const kinds = {
	webhook: { icon: Webhook, word: "Webhook" },
	email: { icon: Mail, word: "E-mail" },
	catalogue: { icon: Radio, word: "Catalogue events" },
} as const;

function placeOf(settings: ChannelSettings): string {
	if (settings.type !== "email") return settings.origin;
	return `${settings.to.join(", ")} by ${settings.host}:${settings.port}`;
}

function filterWords({ collections, tokenOnly, bbox, filter }: CatalogueFilter): string {
	const which = tokenOnly ? "all published containers" : "all public containers";
	const of = collections.length === 0 ? which : collections.join(", ");
	return [of, bbox === null ? null : `within ${bbox.join(", ")}`, filter].filter((part) => part !== null).join("; ");
}

/** How far the program is behind the catalogue. */
function Behind({ behind, enabled }: { readonly behind: ChannelLag; readonly enabled: boolean }) {
	if (behind.entries === 0) return <p className="text-fine text-muted">Everything was delivered.</p>;
	return (
		<p className={enabled ? "text-fine text-overdue" : "text-fine text-muted"}>
			{formatPlural(behind.entries, "change")} still to be looked at
			{behind.since === null ? null : (
				<>
					, the first <RelativeTime instant={behind.since} />
				</>
			)}
		</p>
	);
}

export function ChannelItem({ channel, onTest, onEdit, onRemove }: ChannelItemProps) {
	const { id, name, settings, secrets, events, enabled, behind, deliveries } = channel;
	const [sent, setSent] = useState<DeliveryResult | null>(null);
	const { runAction, pending } = useAction({
		onRefused: (response) => setSent({ ok: false, status: null, response }),
	});
	const test = () =>
		runAction(
			() => onTest({ id }),
			(result) => setSent(result.sent),
		);
	const { icon: Icon, word } = kinds[settings.type];
	usePageActions([
		{ label: `Send a test message by ${name}`, icon: <Send />, act: "channels.test", go: test },
		{ label: `Edit channel ${name}`, icon: <Pencil />, act: "channels.edit", go: onEdit },
		{ label: `Delete channel ${name}`, icon: <Trash2 />, act: "channels.edit", go: onRemove },
	]);
	return (
		<li className="space-y-2 px-3 py-2.5">
			<div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
				<div className="flex min-w-0 flex-1 basis-64 flex-wrap items-center gap-x-3 gap-y-1">
					<h3 className="font-medium">{name}</h3>
					<Badge>
						<Icon aria-hidden />
						{word}
					</Badge>
					{enabled ? null : <Badge tone="never">switched off</Badge>}
					{secrets.includes("secret") ? (
						<span className="flex items-center gap-1 text-fine text-muted">
							<KeyRound aria-hidden className="size-3" />
							signed
						</span>
					) : null}
				</div>
				<div className="flex gap-1.5">
					<Button aria-label={`Test ${name}`} pending={pending} onClick={test}>
						Test
					</Button>
					<Button aria-label={`Edit ${name}`} onClick={onEdit}>
						Edit
					</Button>
					<Button aria-label={`Remove ${name}`} onClick={onRemove}>
						Remove
					</Button>
				</div>
			</div>
			<p className="break-words text-fine text-muted">
				{placeOf(settings)}; {settings.type === "catalogue" ? filterWords(settings) : events.join(", ")}
			</p>
			{behind === null ? null : <Behind behind={behind} enabled={enabled} />}
			{sent === null ? null : (
				<p role="status" className={sent.ok ? "text-in-sync" : "text-failed"}>
					{sent.ok ? "The test message was delivered" : "The test message was not delivered"}
					{sent.status === null ? "" : ` (${sent.status})`}: {sent.response || "no answer text"}
				</p>
			)}
			<DeliveryLog name={name} deliveries={deliveries} />
		</li>
	);
}
