import type { ChannelInput } from "#lib/catalog/channels/channel-inputs.ts";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";
import type { DeliveryResult } from "#lib/notifications/delivery-result.ts";

export interface ChannelActions {
	/** An edit: of `ChannelView.version`, no other. */
	readonly save: (input: ChannelInput, version: string) => Promise<ActionResult<{ readonly id: number }>>;
	readonly remove: (input: { readonly id: number }) => Promise<ActionResult>;
	/** As it is saved. */
	readonly test: (input: { readonly id: number }) => Promise<ActionResult<{ readonly sent: DeliveryResult }>>;
}
