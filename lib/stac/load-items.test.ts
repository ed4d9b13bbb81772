import { afterAll, beforeAll, expect, test } from "vitest";
import { saveStorage } from "#lib/catalog/configuration.ts";
import { storageInput } from "#lib/catalog/inputs.ts";
import { publish } from "#lib/stac/testing/publish.ts";
import { hasStacSchemas, stacErrors } from "#lib/stac/testing/validate-stac.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { stacUrls } from "./links.ts";
import { type ItemKey, loadItems } from "./load-items.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
	for (const name of ["a", "b", "ü +x"])
		await bench.archive.scene(`in/${name}.tif`, { eoId: `S_${name.replace(" +", "_")}` });
	await bench.container("S", [{}]);
	await bench.run("S");
	await publish(bench.database, "S");
});
afterAll(() => bench[Symbol.asyncDispose]());

const urls = stacUrls("http://localhost:3000");
const keys = async () => [
	...(await bench.database.sql<ItemKey[]>`
		select container_id as "containerId", dataset_id as "datasetId" from items order by eo_id`),
];
const load = async () => loadItems(bench.database.sql, await keys(), { urls });

test("items come in the order that was asked for; those that are none are left out", async () => {
	const all = await keys();
	const [first] = all;
	const asked = [...all.toReversed(), { containerId: first?.containerId ?? 0, datasetId: 999_999 }];
	const loaded = await loadItems(bench.database.sql, asked, { urls });
	expect(loaded.map(({ document }) => document.id)).toEqual(["S_ü_x", "S_b", "S_a"]);
	expect(await loadItems(bench.database.sql, [], { urls })).toEqual([]);
	if (hasStacSchemas) for (const { document } of loaded) expect(await stacErrors(document)).toEqual([]);
});

test("files are at eosync, or where their storage's template says, and then the ETag is another one", async () => {
	const hrefs = async () => (await load()).map(({ document }) => document.assets.data?.href);
	const before = await load();
	expect(await hrefs()).toEqual([
		"http://localhost:3000/stac/assets/S/S_a/a.tif",
		"http://localhost:3000/stac/assets/S/S_b/b.tif",
		"http://localhost:3000/stac/assets/S/S_%C3%BC_x/%C3%BC%20%2Bx.tif",
	]);
	const input = { name: "archive", type: "local", root: bench.archive.root, href: "https://cdn.example.org/x/{path}" };
	await saveStorage(bench.database, storageInput.parse(input));
	expect(await hrefs()).toEqual([
		"https://cdn.example.org/x/in/a.tif",
		"https://cdn.example.org/x/in/b.tif",
		"https://cdn.example.org/x/in/%C3%BC%20%2Bx.tif",
	]);
	const after = await load();
	expect(after.map(({ etag }) => etag)).not.toEqual(before.map(({ etag }) => etag));
	expect(new Set(after.map(({ etag }) => etag)).size).toBe(3);
	expect((await load()).map(({ etag }) => etag)).toEqual(after.map(({ etag }) => etag));
});

test.each([
	"https://user:pw@cdn.example.org/{path}",
	"javascript:alert({path})",
	"https://cdn.example.org/",
	"https://cdn.example.org/{path}{secret}",
	'https://cdn.example.org/{path}"><script>',
])("%s is no template", (href) => {
	expect(storageInput.safeParse({ name: "a", type: "local", root: "/x", href }).success).toBe(false);
});

test("another place of metadata files is another ETag wherever their datasets are, and one line in the log of whose source it is", async () => {
	const { sql } = bench.database;
	const input = { name: "eo", type: "local", root: bench.archive.at("eo"), href: "https://eo.example.org/{path}" };
	await saveStorage(bench.database, storageInput.parse(input));
	for (const name of ["p", "q"]) {
		await bench.archive.scene(`m/${name}/${name}.tif`, { metadata: null });
		for (const folder of ["eo", "eo/v2"])
			await bench.archive.write(
				`${folder}/${name}.xml`,
				`<Metadata><EOID>Z_${name}</EOID><BeginTime>2006-08-16T09:09:29Z</BeginTime><EndTime>2006-08-17T00:00:00Z</EndTime>
					<Footprint><Polygon><Exterior>46 11 46 12 47 12 46 11</Exterior></Polygon></Footprint></Metadata>`,
			);
	}
	const sourcesIn = (metadataPath: string) =>
		["p", "q"].map((name) => ({ path: `m/${name}`, metadataStorage: "eo", metadataPath }));
	const published = { publish: { stac: "public" } };
	await bench.container("M", sourcesIn(""), published);
	await bench.run("M");
	await bench.container("M2", sourcesIn("").slice(0, 1), published);
	await bench.run("M2");
	const loaded = async () => (await load()).filter(({ document }) => document.id.startsWith("Z_"));
	const metadata = async () =>
		(await loaded()).flatMap(({ document }) =>
			Object.values(document.assets).filter(({ href }) => href.endsWith(".xml")),
		);
	const before = await loaded();
	expect((await metadata()).map(({ href }) => href).sort()).toEqual([
		...Array(2).fill("https://eo.example.org/p.xml"),
		"https://eo.example.org/q.xml",
	]);
	const [{ seq } = { seq: 0 }] = await sql<{ seq: number }[]>`select last_seq as seq from item_log`;
	await bench.container("M", sourcesIn("v2"), published);
	expect((await metadata()).map(({ href }) => href).sort()).toEqual([
		...Array(2).fill("https://eo.example.org/v2/p.xml"),
		"https://eo.example.org/v2/q.xml",
	]);
	const after = await loaded();
	for (const { containerId, datasetId, etag } of before)
		expect(after.find((item) => item.containerId === containerId && item.datasetId === datasetId)?.etag).not.toBe(etag);
	expect(
		await sql`select ch.kind, c.eo_id as id from item_changes ch join containers c on c.id = ch.container_id where ch.seq > ${seq}`,
	).toEqual([{ kind: "republished", id: "M" }]);
});

test("signed addresses say until when they are good, and their window is in the ETag", async () => {
	const { sql } = bench.database;
	const config = { type: "s3", bucket: "scenes", prefix: "", region: "eu-1", sign: 3600 };
	await sql`update storages set type = 's3', config = ${sql.json(config)}`;
	const signedUntil = async (expires: string | null) => {
		const signerOf = async () =>
			expires === null ? null : (path: string) => ({ href: `https://scenes.example.org/${path}?signed`, expires });
		const [first] = await loadItems(sql, await keys(), { urls, signerOf });
		if (first === undefined) throw new Error("There is no item.");
		if (hasStacSchemas) expect(await stacErrors(first.document)).toEqual([]);
		return first;
	};
	const [plain, early, same, late] = [
		await signedUntil(null),
		await signedUntil("2026-01-01T13:00:00.000Z"),
		await signedUntil("2026-01-01T13:00:00.000Z"),
		await signedUntil("2026-01-01T13:30:00.000Z"),
	];
	expect(plain.document.assets.data?.href).toBe("s3://scenes/in/a.tif");
	expect(plain.document.properties["storage:schemes"]).toMatchObject({ archive: { type: "aws-s3", bucket: "scenes" } });
	expect(early.document.assets.data).toMatchObject({
		href: "https://scenes.example.org/in/a.tif?signed",
		expires: "2026-01-01T13:00:00.000Z",
		"storage:refs": ["archive"],
	});
	expect(early.expires).toBe("2026-01-01T13:00:00.000Z");
	expect(same.etag).toBe(early.etag);
	expect(new Set([plain.etag, early.etag, late.etag]).size).toBe(3);
});
