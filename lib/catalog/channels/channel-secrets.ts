import type { channels } from "#lib/catalog/schema/automation-schema.ts";
import { type Key, seal, unseal } from "#lib/catalog/secrets/sealing.ts";
import { UsageError } from "#lib/errors.ts";
import type { ChannelInput } from "./channel-inputs.ts";
import type { ChannelSettings } from "./channel-records.ts";

/** What of a channel is sealed: a webhook's address (it often holds a token) and signing secret, a mail server's password. */

export type StoredChannel = Pick<typeof channels.$inferSelect, "id" | "name" | "config" | "sealed">;

export type ChannelSecrets = Readonly<Partial<Record<"url" | "secret" | "password", string>>>;

/** What was put in, without its secrets. `before`: as it was, for what is left out. */
export function settingsOf(input: ChannelInput, before: ChannelSettings | null): ChannelSettings {
	if (input.type === "email") {
		const { type, host, port, encryption, user, from, to } = input;
		return { type, host, port, encryption, user, from, to };
	}
	const origin = input.url === undefined ? originOf(before, input.type) : new URL(input.url).origin;
	if (input.type === "webhook") return { type: "webhook", origin };
	const { type, collections, tokenOnly, bbox, filter, withItems } = input;
	return { type, origin, collections, tokenOnly, bbox, filter, withItems };
}

/** @throws UsageError when it has none yet. */
function originOf(before: ChannelSettings | null, type: "webhook" | "catalogue"): string {
	if (before !== null && before.type !== "email" && before.type === type) return before.origin;
	throw new UsageError("Enter the address of the webhook.");
}

/**
 * For the column: what was entered, sealed for this channel and its server, and what stays.
 * @throws UsageError when a password would go to another mail server than it was entered for.
 */
export function sealChannel(
	input: ChannelInput,
	channel: StoredChannel,
	before: StoredChannel | null,
	keys: readonly Key[],
) {
	const [key] = keys;
	const { url, secret, password } = { url: undefined, secret: undefined, password: undefined, ...input };
	const sealed: Record<string, string> = {};
	for (const [field, value] of Object.entries({ url, secret, password })) {
		const kept = before?.config.type === channel.config.type ? sealedByField(before)[field] : undefined;
		if (typeof value === "string") {
			if (key === undefined) throw new Error("nothing to seal with");
			sealed[field] = seal(value, key, purposeOf(channel, field));
		} else if (value === undefined && kept !== undefined && before !== null) {
			if (purposeOf(before, field) !== purposeOf(channel, field)) {
				throw new UsageError(
					`The mail server of ${channel.name} is another one now: enter its password again, or remove it.`,
				);
			}
			sealed[field] = kept;
		}
	}
	return Object.keys(sealed).length === 0 ? null : JSON.stringify(sealed);
}

/** @throws UsageError when they cannot be opened. */
export function openChannel(channel: StoredChannel, keys: readonly Key[]): ChannelSecrets {
	return Object.fromEntries(
		Object.entries(sealedByField(channel)).map(([field, sealed]) => {
			const result = unseal(sealed, keys, purposeOf(channel, field));
			if (result.ok) return [field, result.text];
			const why = result.why === "key" ? "was sealed with another EOSYNC_SECRET" : "was altered";
			throw new UsageError(
				`The ${field} of the notification channel ${channel.name} ${why}; enter it again in the settings.`,
			);
		}),
	);
}

/** The same secrets, sealed with the first of the keys. @throws UsageError when they cannot be opened. */
export function sealChannelAnew(channel: StoredChannel, keys: readonly Key[]): string {
	const [key] = keys;
	if (key === undefined) throw new Error("nothing to seal with");
	const secrets = Object.entries(openChannel(channel, keys));
	return JSON.stringify(
		Object.fromEntries(secrets.map(([field, text]) => [field, seal(text ?? "", key, purposeOf(channel, field))])),
	);
}

export function sealedFields(channel: Pick<StoredChannel, "sealed">): readonly string[] {
	return Object.keys(sealedByField(channel));
}

/** A sealed secret opens only as this field of this channel, a password only for the server it was entered for. */
function purposeOf({ id, config }: Pick<StoredChannel, "id" | "config">, field: string): string {
	const server = config.type === "email" ? `${config.host}:${config.port}/${config.encryption}` : "";
	return JSON.stringify(["channel secret", id, field, server]);
}

function sealedByField({ sealed }: Pick<StoredChannel, "sealed">): Readonly<Record<string, string>> {
	return sealed === null ? {} : JSON.parse(sealed);
}
