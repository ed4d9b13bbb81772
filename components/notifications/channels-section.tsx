"use client";

import { BellRing, Plus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { toast } from "sonner";
import { usePageActions } from "#components/shell/page-actions.ts";
import { useOpened } from "#components/ui/address/use-opened.ts";
import { Button } from "#components/ui/button.tsx";
import { ConfirmAction } from "#components/ui/dialogs/confirm-action.tsx";
import { FormSection } from "#components/ui/form/form-section.tsx";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import type { ChannelView } from "#lib/catalog/channels/channel-records.ts";
import type { ChannelActions } from "./channel-actions.ts";
import { ChannelDialog } from "./channel-dialog.tsx";
import { ChannelItem } from "./channel-item.tsx";

interface ChannelsSectionProps {
	readonly channels: readonly ChannelView[];
	readonly actions: ChannelActions;
}

/** Milliseconds. */
const readAgainEvery = 10_000;

/** The notification channels and the log of their messages. */
export function ChannelsSection({ channels, actions }: ChannelsSectionProps) {
	const [adding, setAdding] = useState(false);
	const [editing, setEditing] = useOpened(channels);
	const [removing, setRemoving] = useOpened(channels);
	const router = useRouter();
	// The event stream does not carry deliveries.
	useEffect(() => {
		const timer = setInterval(() => router.refresh(), readAgainEvery);
		return () => clearInterval(timer);
	}, [router]);
	usePageActions([{ label: "Add channel", icon: <Plus />, act: "channels.edit", go: () => setAdding(true) }]);
	const add = (
		<Button onClick={() => setAdding(true)}>
			<Plus aria-hidden />
			Add channel
		</Button>
	);
	return (
		<FormSection title="Notifications">
			{channels.length === 0 ? (
				<EmptyState icon={BellRing} title="No notification channels yet" action={add}>
					A channel sends a webhook or an e-mail when a container fails, is held, recovers or is overdue.
				</EmptyState>
			) : (
				<div className="space-y-3">
					<ul aria-label="Notification channels" className="divide-y rounded-md border">
						{channels.map((channel) => (
							<ChannelItem
								key={channel.id}
								channel={channel}
								onTest={actions.test}
								onEdit={() => setEditing(channel)}
								onRemove={() => setRemoving(channel)}
							/>
						))}
					</ul>
					{add}
				</div>
			)}
			{adding ? <ChannelDialog channel={null} save={actions.save} onClose={() => setAdding(false)} /> : null}
			{editing === null ? null : (
				<ChannelDialog
					channel={editing.row}
					isGone={editing.isGone}
					save={actions.save}
					onClose={() => setEditing(null)}
				/>
			)}
			{removing === null ? null : (
				<RemoveChannel channel={removing.row} onRemove={actions.remove} onClose={() => setRemoving(null)} />
			)}
		</FormSection>
	);
}

interface RemoveChannelProps {
	readonly channel: ChannelView;
	readonly onRemove: ChannelActions["remove"];
	readonly onClose: () => void;
}

function RemoveChannel({ channel: { id, name }, onRemove, onClose }: RemoveChannelProps) {
	return (
		<ConfirmAction
			title={`Remove channel ${name}?`}
			confirm="Remove channel"
			action={() => onRemove({ id })}
			onDone={() => {
				toast.success(`Channel ${name} removed.`);
				onClose();
			}}
			onClose={onClose}
		>
			<p>Its log is deleted too, and messages that were not delivered yet are dropped.</p>
		</ConfirmAction>
	);
}
