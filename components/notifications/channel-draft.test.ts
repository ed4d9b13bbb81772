import { expect, test } from "vitest";
import { channelInput } from "#lib/catalog/channels/channel-inputs.ts";
import type { ChannelView } from "#lib/catalog/channels/channel-records.ts";
import { channelToDraft, draftToChannel } from "./channel-draft.ts";

const common = {
	id: 3,
	name: "night",
	events: ["failed"],
	enabled: false,
	deliveries: [],
	behind: null,
	version: "v1",
} as const;
const webhook: ChannelView = {
	...common,
	settings: { type: "webhook", origin: "https://example.org" },
	secrets: ["url", "secret"],
};
const settings = {
	type: "email",
	host: "mail.example.org",
	port: 465,
	encryption: "tls",
	user: "eosync",
	from: "a@example.org",
	to: ["b@example.org", "c@example.org"],
} as const;
const email: ChannelView = { ...common, settings, secrets: ["password"] };
const parse = (draft: ReturnType<typeof channelToDraft>) => channelInput.parse(draftToChannel(draft));
const { deliveries: _, version: __, behind: ___, ...saved } = common;

test("what is saved survives its form, and secrets stay", () => {
	expect(parse(channelToDraft(webhook))).toEqual({ ...saved, type: "webhook" });
	expect(parse(channelToDraft(email))).toEqual({ ...saved, ...settings });
});

test("a secret is replaced, or removed", () => {
	expect(parse({ ...channelToDraft(webhook), secret: "a new one for signing" })).toMatchObject({
		secret: "a new one for signing",
	});
	expect(parse({ ...channelToDraft(webhook), removed: ["secret"] })).toMatchObject({ secret: null });
	expect(parse({ ...channelToDraft(email), user: " " })).toMatchObject({ user: null, password: null });
});

test.each([
	["url", channelToDraft(null)],
	["name", { ...channelToDraft(webhook), name: " " }],
	["secret", { ...channelToDraft(webhook), secret: "short" }],
	["events", { ...channelToDraft(webhook), events: [] }],
	["port", { ...channelToDraft(email), port: "" }],
	["to", { ...channelToDraft(email), to: "\n" }],
	["to.1", { ...channelToDraft(email), to: "b@example.org, nobody" }],
	["from", { ...channelToDraft(email), from: "x@example.org\r\nBcc: y@example.org" }],
	["host", { ...channelToDraft(email), host: "mail example" }],
] as const)("%s is refused", (field, draft) => {
	const { error } = channelInput.safeParse(
		draftToChannel({ ...draft, name: draft.name || (field === "name" ? "" : "n") }),
	);
	expect(error?.issues.map(({ path }) => path.join("."))).toContain(field);
});
