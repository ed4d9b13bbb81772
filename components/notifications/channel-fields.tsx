import { Field } from "#components/ui/form/field.tsx";
import { Input, Select, Textarea } from "#components/ui/form/input.tsx";
import type { ChannelDraft, ChannelFieldsProps } from "./channel-draft.ts";
import { Flag } from "./flag.tsx";
import { SecretField } from "./secret-field.tsx";

export function WebhookFields(props: ChannelFieldsProps) {
	const { draft, set, errorOf, channel } = props;
	const settings = channel?.settings;
	const origin =
		settings !== undefined && settings.type === draft.type && "origin" in settings ? settings.origin : null;
	return (
		<>
			<Field
				label="Address"
				error={errorOf("url")}
				hint={
					origin === null
						? "Each message is sent there as a POST with JSON. The address is never shown again, because it often contains a token."
						: `At ${origin}; the rest is hidden. Leave empty to keep it.`
				}
				className="sm:col-span-2"
			>
				{(control) => (
					<Input
						{...control}
						type="url"
						value={draft.url}
						autoComplete="off"
						spellCheck={false}
						placeholder={origin === null ? "https://chat.example.org/hooks/…" : "Set; leave empty to keep"}
						onChange={(event) => set("url", event.target.value)}
					/>
				)}
			</Field>
			<SecretField
				{...props}
				name="secret"
				label="Signing secret"
				hint="Signs each message (HMAC-SHA-256, Standard Webhooks), so that the receiver knows it is from here. Optional."
			/>
		</>
	);
}

/** Which changes of the published catalogue are sent to a program, as CloudEvents. */
export function CatalogueFields(props: ChannelFieldsProps) {
	const { draft, set, errorOf } = props;
	return (
		<>
			<WebhookFields {...props} />
			<Field
				label="Collections"
				error={errorOf("collections")}
				hint="IDs of containers that are published, one per line. Leave empty for all."
				className="sm:col-span-2"
			>
				{(control) => (
					<Textarea
						{...control}
						rows={2}
						value={draft.collections}
						spellCheck={false}
						onChange={(event) => set("collections", event.target.value)}
					/>
				)}
			</Field>
			<Field
				label="Area"
				error={errorOf("bbox")}
				hint="West, south, east, north in degrees. Leave empty for everywhere."
				className="sm:col-span-2"
			>
				{(control) => (
					<Input
						{...control}
						value={draft.bbox}
						autoComplete="off"
						placeholder="9.5, 46.3, 17.2, 49.1"
						onChange={(event) => set("bbox", event.target.value)}
					/>
				)}
			</Field>
			<Field
				label="Filter"
				error={errorOf("filter")}
				hint="CQL2 that items meet, by their properties. Leave empty for all."
				className="sm:col-span-2"
			>
				{(control) => (
					<Textarea
						{...control}
						rows={2}
						value={draft.filter}
						spellCheck={false}
						placeholder="eo:cloud_cover < 20 AND platform = 'S2A'"
						onChange={(event) => set("filter", event.target.value)}
					/>
				)}
			</Field>
			<div className="space-y-1.5 sm:col-span-2">
				<Flag
					label="Also of containers that only tokens may read"
					checked={draft.tokenOnly}
					onChange={() => set("tokenOnly", !draft.tokenOnly)}
				/>
				<Flag
					label="Send the items' documents with the events"
					checked={draft.withItems}
					onChange={() => set("withItems", !draft.withItems)}
				/>
			</div>
		</>
	);
}

export function EmailFields(props: ChannelFieldsProps) {
	const { draft, set, errorOf } = props;
	const text = (field: "host" | "port" | "user" | "from", label: string, hint: string) => (
		<Field label={label} error={errorOf(field)} hint={hint}>
			{(control) => (
				<Input
					{...control}
					value={draft[field]}
					inputMode={field === "port" ? "numeric" : field === "from" ? "email" : "text"}
					autoComplete="off"
					spellCheck={false}
					onChange={(event) => set(field, event.target.value)}
				/>
			)}
		</Field>
	);
	return (
		<>
			{text("host", "Mail server", "Host name or address of the SMTP server.")}
			{text("port", "Port", "587 for STARTTLS, 465 for TLS, 25 without encryption.")}
			<Field label="Encryption" error={errorOf("encryption")}>
				{(control) => (
					<Select
						{...control}
						value={draft.encryption}
						onChange={(event) => set("encryption", event.target.value as ChannelDraft["encryption"])}
					>
						<option value="starttls">STARTTLS</option>
						<option value="tls">TLS</option>
						<option value="none">None</option>
					</Select>
				)}
			</Field>
			{text("user", "User name", "Leave empty if the server needs no sign-in.")}
			<SecretField {...props} name="password" label="Password" hint="Stored encrypted, for this server only." />
			{text("from", "From", "The sender's address.")}
			<Field label="To" error={errorOf("to")} hint="One address per line." className="sm:col-span-2">
				{(control) => (
					<Textarea
						{...control}
						rows={2}
						value={draft.to}
						spellCheck={false}
						onChange={(event) => set("to", event.target.value)}
					/>
				)}
			</Field>
		</>
	);
}
