"use client";

import { useRouter } from "next/navigation";
import { toast } from "sonner";
import { Field } from "#components/ui/form/field.tsx";
import { FormDialog } from "#components/ui/form/form-dialog.tsx";
import { FormError } from "#components/ui/form/form-error.tsx";
import { Input, Select } from "#components/ui/form/input.tsx";
import { useForm } from "#components/ui/form/use-form.ts";
import { channelInput } from "#lib/catalog/channels/channel-inputs.ts";
import { type ChannelView, type NoticeEvent, noticeEvents } from "#lib/catalog/channels/channel-records.ts";
import type { ChannelActions } from "./channel-actions.ts";
import { type ChannelDraft, type ChannelFieldsProps, channelToDraft, draftToChannel } from "./channel-draft.ts";
import { CatalogueFields, EmailFields, WebhookFields } from "./channel-fields.tsx";
import { Flag } from "./flag.tsx";

interface ChannelDialogProps {
	/** null: a new one. */
	readonly channel: ChannelView | null;
	/** It was removed while this was open. */
	readonly isGone?: boolean;
	readonly save: ChannelActions["save"];
	readonly onClose: () => void;
}

const eventLabels: Readonly<Record<NoticeEvent, string>> = {
	failed: "Failed, or not everything could be examined",
	held: "Held for approval",
	recovered: "Recovered",
	overdue: "Overdue",
};

export function ChannelDialog({ channel, isGone = false, save, onClose }: ChannelDialogProps) {
	const router = useRouter();
	const form = useForm({
		initial: channelToDraft(channel),
		version: isGone ? null : (channel?.version ?? ""),
		toInput: draftToChannel,
		schema: channelInput,
		action: save,
		onSaved: () => {
			toast.success("Channel saved. Use Test to see whether messages arrive.");
			onClose();
		},
		onRefused: () => router.refresh(),
	});
	const { draft, set, errorOf } = form;
	const fields = { draft, set, errorOf, channel };
	return (
		<FormDialog
			title={channel ? `Channel ${channel.name}` : "Add channel"}
			description={
				draft.type === "catalogue"
					? "Sends what changes in the published catalogue to a program, in order and without a gap, as CloudEvents."
					: "Sends a message when the state of a container changes: one for everything that happens within a minute."
			}
			form={form}
			submit="Save channel"
			onClose={onClose}
		>
			<div className="grid items-start gap-4 sm:grid-cols-2">
				<Field label="Name" error={errorOf("name")}>
					{(control) => (
						<Input
							{...control}
							value={draft.name}
							autoComplete="off"
							placeholder="operators"
							onChange={(event) => set("name", event.target.value)}
						/>
					)}
				</Field>
				<Field label="Type">
					{(control) => (
						<Select
							{...control}
							value={draft.type}
							onChange={(event) => set("type", event.target.value as ChannelDraft["type"])}
						>
							<option value="webhook">Webhook</option>
							<option value="email">E-mail</option>
							<option value="catalogue">Catalogue events</option>
						</Select>
					)}
				</Field>
				{draft.type === "webhook" ? <WebhookFields {...fields} /> : null}
				{draft.type === "email" ? <EmailFields {...fields} /> : null}
				{draft.type === "catalogue" ? <CatalogueFields {...fields} /> : null}
			</div>
			{draft.type === "catalogue" ? null : <EventFields {...fields} />}
			<div className="border-t pt-2">
				<Flag label="Switched on" checked={draft.enabled} onChange={() => set("enabled", !draft.enabled)} />
			</div>
		</FormDialog>
	);
}

function EventFields({ draft, set, errorOf }: ChannelFieldsProps) {
	const toggle = (event: NoticeEvent) =>
		set(
			"events",
			noticeEvents.filter((each) => (each === event) !== draft.events.includes(each)),
		);
	return (
		<fieldset className="space-y-1.5">
			<legend className="mb-1 font-medium">Send a message when a container is</legend>
			{noticeEvents.map((event) => (
				<Flag
					key={event}
					label={eventLabels[event]}
					checked={draft.events.includes(event)}
					onChange={() => toggle(event)}
				/>
			))}
			{errorOf("events") ? <FormError error={errorOf("events") ?? null} /> : null}
		</fieldset>
	);
}
