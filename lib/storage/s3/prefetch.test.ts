import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Lister, Listing } from "#lib/storage/storage.ts";
import { type StrictS3, sendError, startStrictS3 } from "#lib/storage/test-servers/strict-s3.ts";
import { S3Storage } from "./s3.ts";

const signal = new AbortController().signal;
let server: StrictS3;

beforeEach(async () => {
	server = await startStrictS3({ page: 20 });
});
afterEach(() => server[Symbol.asyncDispose]());

const inOrder = (names: readonly string[]) => names;
const backwards = (names: readonly string[]) => names.toReversed();

/** All listings by path, as a scan asks for them: some folders at once, deep before broad. */
async function walked(how: "alone" | "ahead", turn: (names: readonly string[]) => readonly string[] = inOrder) {
	await using storage = new S3Storage(server.config);
	const walk = how === "ahead" ? storage.startWalk() : storage;
	const listings = new Map<string, Listing>();
	const below = async (path: string): Promise<void> => {
		const listing = await walk.list(path, { symlinks: "skip", signal });
		listings.set(path, listing);
		const paths = turn(listing.folders).map((name) => (path === "" ? name : `${path}/${name}`));
		for (let i = 0; i < paths.length; i += 5) await Promise.all(paths.slice(i, i + 5).map(below));
	};
	await below("");
	return new Map([...listings].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Counts the requests of both ways of walking, after checking that both list the same. */
async function requestsOfBoth(turn?: typeof inOrder): Promise<{ readonly alone: number; readonly ahead: number }> {
	const before = server.requests.length;
	const alone = await walked("alone", turn);
	const between = server.requests.length;
	expect(await walked("ahead", turn)).toEqual(alone);
	return { alone: between - before, ahead: server.requests.length - between };
}

function fill(folders: number, files: (folder: number) => number, at = ""): void {
	for (let folder = 0; folder < folders; folder++)
		for (let file = 0; file < files(folder); file++) server.put(`${at}d ${1000 + folder}/f${1000 + file}`, `${file}`);
}

describe("a walk lists what listing each folder by itself lists", () => {
	const odd = [
		"x//y",
		"x/./y",
		"x/../y",
		"x/nul\0",
		"x/.git/config",
		".hidden/a/b",
		".hidden/c",
		"m/",
		"m/n/",
		"&<>'\"/+ %/é",
	];
	const deep = ["x/y/z/1", "x/y/z/2", "x/y-/1", "x/y.", "x/y/", "x/y", "x!/1", "x-/1", "x./1", "x0/1"];
	const beyond = ["\u{1f6f0}/1", "\uff01/1", "\ue000/\u{1f6f0}/1", "\ue000/\uff01/1", "\ue000/~/1", "\ud7ff/1"];
	test.each<[what: string, keys: readonly string[]]>([
		["names that no path can express, or that begin with a dot", odd],
		["folders within folders, and names that sort around a slash", deep],
		["names beyond what UTF-16 sorts as UTF-8 does", beyond],
		["all of them", [...odd, ...deep, ...beyond]],
		["nothing", []],
	])("%s", async (_, keys) => {
		fill(20, (folder) => (folder * 7) % 13);
		fill(6, (folder) => folder, "x/y/z/");
		for (const key of keys) server.put(key, key);
		for (const turn of [inOrder, backwards]) await requestsOfBoth(turn);
	});
});

describe("requests", () => {
	test("small folders cost a fraction of one each", async () => {
		fill(200, () => 3);
		const { alone, ahead } = await requestsOfBoth();
		// Eleven pages of the root and one for each folder; 600 keys are 30 pages more.
		expect(alone).toBe(210);
		expect(ahead).toBeLessThan(10 + 30 * 1.5);
	});

	test("a walk that begins with the last ones costs no more", async () => {
		fill(200, () => 3);
		const { ahead } = await requestsOfBoth(backwards);
		expect(ahead).toBeLessThan(10 + 30 * 1.5);
	});

	test("large folders cost one request more than each by itself", async () => {
		fill(10, () => 50);
		const { alone, ahead } = await requestsOfBoth();
		expect(ahead - alone).toBe(1);
	});

	test("a large folder among small ones is passed over", async () => {
		fill(200, (folder) => (folder === 30 ? 300 : 3));
		const { alone, ahead } = await requestsOfBoth();
		expect(alone).toBe(224);
		// Eight pages of it were read before.
		expect(ahead).toBeLessThan(10 + 15 + 8 + 30 * 1.5);
		expect(server.requests.filter((url) => url.includes("1030%2F") && url.includes("delimiter"))).toHaveLength(2 * 15);
	});

	test("large folders after small ones cost one request more at most", async () => {
		fill(40, (folder) => (folder === 0 ? 3 : 200));
		const { alone, ahead } = await requestsOfBoth();
		expect(ahead - alone).toBeLessThanOrEqual(1);
	});

	test("folders that keep to themselves are asked for as before", async () => {
		fill(3, () => 3);
		const { alone, ahead } = await requestsOfBoth();
		expect(ahead).toBe(alone);
	});
});

describe("a server that does not list all keys", () => {
	const isFlat = (url = "") => url.includes("list-type=2") && !url.includes("delimiter");
	const flatXml = (xml: string) => xml.includes("<Contents>") && !xml.includes("<Delimiter>");
	const lastOf = (xml: string) => xml.match(/<Contents>(?:(?!<Contents>).)*?<\/Contents>(?!<Contents>)/)?.[0] ?? "";
	test.each<[what: string, damage: (xml: string) => string]>([
		["in order", (xml) => xml.replace(/(<Contents>.*?<\/Contents>)(<Contents>.*?<\/Contents>)/, "$2$1")],
		["whole", (xml) => xml.replace(lastOf(xml), "")],
		["below the prefix", (xml) => xml.replace("<Key>d", "<Key>c")],
		["from where it was asked to", (xml) => xml.replace(/<Key>d\+1\d\d\d/, "<Key>d+1000")],
		["in UTF-8", (xml) => xml.replace(lastOf(xml), lastOf(xml).replace("</Key>", "%FF</Key>"))],
	])("%s is asked for each folder", async (_, damage) => {
		fill(40, () => 3);
		const whole = await walked("alone");
		server.damage = (xml) => (flatXml(xml) ? damage(xml) : xml);
		expect(await walked("ahead")).toEqual(whole);
	});

	test("any more is asked for each folder from then on", async () => {
		fill(200, () => 3);
		let flat = 0;
		server.trouble = (request, response) => {
			if (!isFlat(request.url) || flat++ < 3) return false;
			sendError(response, "AccessDenied", "eu-central-1");
			return true;
		};
		await requestsOfBoth();
		// Those that were under way already when the first one failed.
		expect(flat).toBeLessThan(3 + 9);
	});

	test("because a policy wants the delimiter is asked once", async () => {
		fill(40, () => 3);
		server.trouble = (request, response) => {
			if (!isFlat(request.url)) return false;
			sendError(response, "AccessDenied", "eu-central-1");
			return true;
		};
		const { alone, ahead } = await requestsOfBoth();
		expect(ahead - alone).toBe(1);
	});
});

test("a listing is given out once, and is not older than its walk", async () => {
	fill(20, () => 2);
	await using storage = new S3Storage(server.config);
	const namesIn = async (walk: Lister) =>
		(await walk.list("d 1005", { symlinks: "skip", signal })).files?.map(({ name }) => name);
	const walk = storage.startWalk();
	await walk.list("", { symlinks: "skip", signal });
	expect(await namesIn(walk)).toEqual(["f1000", "f1001"]);
	server.put("d 1005/new", "");
	expect(await namesIn(walk)).toContain("new");
	expect(await namesIn(storage.startWalk())).toContain("new");
});

test("a walk that is cancelled while keys are read ahead rejects with the reason", async () => {
	fill(40, () => 3);
	const reason = new Error("the operator pressed Cancel");
	const controller = new AbortController();
	await using storage = new S3Storage(server.config);
	const walk = storage.startWalk();
	const options = { symlinks: "skip", signal: controller.signal } as const;
	// What is asked for without a delimiter is never answered.
	server.trouble = ({ url = "" }) => !url.includes("delimiter");
	await walk.list("", options);
	const calls = ["d 1000", "d 1039"].map((path) => expect(walk.list(path, options)).rejects.toBe(reason));
	controller.abort(reason);
	await Promise.all(calls);
});
