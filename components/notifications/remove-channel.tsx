import { toast } from "sonner";
import { ConfirmAction } from "#components/ui/confirm-action.tsx";
import type { ChannelView } from "#lib/catalog/channels/channel-records.ts";
import type { ChannelActions } from "./channel-actions.ts";

interface RemoveChannelProps {
	readonly channel: ChannelView;
	readonly onRemove: ChannelActions["remove"];
	readonly onClose: () => void;
}

export function RemoveChannel({ channel: { id, name }, onRemove, onClose }: RemoveChannelProps) {
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
