import { expect, test } from "vitest";
import { readFeedRequest } from "./feed-request.ts";

const epoch = "0190a1b2-c3d4-4e5f-8a9b-0c1d2e3f4a5b";
const cursor = `${epoch.replaceAll("-", "")}.7`;

function read(query: string, headers: Record<string, string> = {}) {
	return readFeedRequest(new Request(`https://x.invalid/stac/changes?${query}`, { headers }));
}

test.each([
	["", { since: "beginning", collections: null, areas: null, limit: null, wait: 0, withItems: false, form: "json" }],
	["since=0", { since: "beginning" }],
	["since=now", { since: "now" }],
	[`since=${cursor}`, { since: { epoch, seq: 7, items: null } }],
	["since=2026-11-29T01:00:00%2B01:00", { since: { instant: "2026-11-29T00:00:00Z" } }],
	["collections=A,%20B,A,", { collections: ["A", "B"] }],
	[
		"bbox=170,-10,-170,10",
		{
			areas: [
				[170, -10, 180, 10],
				[-180, -10, -170, 10],
			],
		},
	],
	["bbox=1,2,0,3,4,9", { areas: [[1, 2, 3, 4]] }],
	["limit=5000&wait=900&items=true", { limit: 1000, wait: 60, withItems: true }],
] as const)("%s", (query, expected) => {
	expect(read(query)).toMatchObject(expected);
});

test.each([
	"since=yesterday",
	`since=${cursor}x`,
	"since=2026-13-29T00:00:00Z",
	"since=2026-02-30T00:00:00Z",
	"since=now&since=0",
	"collections=,",
	`collections=${Array.from({ length: 1001 }, (_, index) => index).join(",")}`,
	"bbox=1,2,3",
	"bbox=a,b,c,d",
	"bbox=1,9,2,3",
	"bbox=1,2,300,4",
	"bbox=,,,",
	"limit=0",
	"limit=-1",
	"wait=1e3",
	"items=maybe",
])("%s is refused", (query) => {
	expect(() => read(query)).toThrow(/\.$/);
});

test("the form is what is accepted; a browser that connects again says how far it came", () => {
	const accept = "text/event-stream";
	expect(read("since=now", { accept, "last-event-id": cursor })).toMatchObject({
		form: "event-stream",
		since: { seq: 7 },
	});
	expect(read("since=now", { accept, "last-event-id": "" })).toMatchObject({ since: "now" });
	expect(read("since=now", { "last-event-id": cursor })).toMatchObject({ form: "json", since: "now" });
	expect(read("", { accept: "application/x-ndjson" })).toMatchObject({ form: "ndjson" });
	expect(read("", { accept: "text/html,*/*" })).toMatchObject({ form: "json" });
});
