import { z } from "zod";
import { Cql2Error } from "#lib/cql2/expression.ts";
import { channelCondition } from "./channel-filter.ts";
import { noticeEvents } from "./channel-records.ts";

/** Client-safe. Notification channels as their form writes them. A secret that is left out stays what it was. */

const named = {
	/** null: a new one. */
	id: z.int().positive().nullable(),
	name: z.string().trim().min(1, "Enter a name").max(100, "A name has at most 100 characters"),
	enabled: z.boolean(),
};
const common = { ...named, events: z.array(z.enum(noticeEvents)).min(1, "Choose at least one event") };

const webhookUrl = z
	.url({ protocol: /^https?$/, error: "Enter an address such as https://example.org/hooks/eosync", abort: true })
	.max(2000)
	.refine((text) => {
		const { username, password } = new URL(text);
		return isDecodable(username) && isDecodable(password);
	}, "Write a % in user or password as %25");

/** Whether it can be sent: with `%25` for %, and otherwise the bytes of UTF-8. */
function isDecodable(encoded: string): boolean {
	try {
		decodeURIComponent(encoded);
		return true;
	} catch {
		return false;
	}
}

/** One line of a header: nothing that begins another one. */
const hostName = z
	.string()
	.trim()
	.min(1, "Enter the host of the mail server")
	.max(255)
	.regex(/^[\w.:-]+$/, "Enter a host name or an IP address");

const address = z.email("Enter an e-mail address").max(254);

const hook = {
	url: webhookUrl.optional(),
	/** null: messages are not signed. */
	secret: z.string().min(16, "At least 16 characters").max(500).nullable().optional(),
};

const longitude = z.number().min(-180, "Longitudes are -180 to 180").max(180, "Longitudes are -180 to 180");
const latitude = z.number().min(-90, "Latitudes are -90 to 90").max(90, "Latitudes are -90 to 90");
const box = z
	.tuple([longitude, latitude, longitude, latitude], "Enter west, south, east and north, separated by commas")
	.refine(([, south, , north]) => south <= north, "The south is beyond the north");

/** CQL2 text over the fields of items. */
const filter = z
	.string()
	.trim()
	.min(1, { error: "Enter a filter, or leave it out", abort: true })
	.max(8000, { error: "A filter has at most 8,000 characters", abort: true })
	.superRefine((text, context) => {
		try {
			channelCondition(text);
		} catch (error) {
			if (!(error instanceof Cql2Error)) throw error;
			context.addIssue({ code: "custom", message: error.message });
		}
	});

export const channelInput = z.discriminatedUnion("type", [
	z.strictObject({
		...common,
		type: z.literal("webhook"),
		...hook,
	}),
	z.strictObject({
		...named,
		events: z.array(z.enum(noticeEvents)).max(0, "It hears of the catalogue, not of these"),
		type: z.literal("catalogue"),
		...hook,
		collections: z.array(z.string().trim().min(1).max(255)).max(1000, "At most 1,000 collections"),
		tokenOnly: z.boolean(),
		bbox: box.nullable(),
		filter: filter.nullable(),
		withItems: z.boolean(),
	}),
	z.strictObject({
		...common,
		type: z.literal("email"),
		host: hostName,
		port: z.int().min(1).max(65_535),
		encryption: z.enum(["tls", "starttls", "none"]),
		user: z.string().min(1).max(255).nullable(),
		password: z.string().min(1).max(1000).nullable().optional(),
		from: address,
		to: z.array(address).min(1, "Enter at least one recipient").max(50, "At most 50 recipients"),
	}),
]);
export type ChannelInput = z.infer<typeof channelInput>;

export const channelId = z.strictObject({ id: z.int().positive() });
