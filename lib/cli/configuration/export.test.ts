import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import type { AppliedPart } from "./applied-part.ts";
import { applyConfiguration } from "./apply-configuration.ts";
import { parseConfiguration } from "./config-file.ts";
import { newFile, updatedFile } from "./export-file.ts";
import { exportedConfiguration } from "./exported-configuration.ts";

let database: Database;
beforeAll(async () => {
	database = await createTestDatabase();
});
afterAll(() => database.close());
const empty = async () => {
	await database.sql`truncate containers, storages, settings cascade`;
};
beforeEach(empty);

const variables: Readonly<Record<string, string>> = { ROOT: "/data/archive", PARTNER_PW: "very secret" };
const variable = (name: string) => variables[name];
const file = "/etc/eosync/eosync.yaml";
const apply = async (text: string) => {
	const parts: AppliedPart[] = [];
	const configuration = parseConfiguration({ text, file, variable });
	await applyConfiguration(database, configuration, { prune: true, say: async (part) => void parts.push(part) });
	return parts;
};
const exportNew = async () => newFile(await exportedConfiguration(database), "http://localhost/eosync.schema.json");
const exportInto = async (text: string) => updatedFile(await exportedConfiguration(database), { text, file, variable });

/** The configuration of a seed; the same each time. */
function randomText(seed: number): string {
	let state = seed;
	const next = (below: number) => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return Math.floor((state / 2 ** 32) * below);
	};
	const pick = <T>(...of: readonly T[]): T => of[next(of.length)] as T;
	const texts = [
		"x",
		"ü 𝄞 'quoted\" #",
		"$\u0024{NAME} \u0024\u0024{A}",
		"yes",
		"12",
		" two  spaces ",
		"line\nbreak",
		"- a: b",
		"@",
		"{x}",
	];
	const some = (values: Readonly<Record<string, unknown>>) =>
		Object.fromEntries(Object.entries(values).filter(() => next(2) === 0));
	const storages = [
		{
			name: "archive",
			type: "local",
			root: pick("/data", "/data/ü", "/"),
			...some({ hours: "20:00-06:00", timeZone: "Europe/Vienna", list: "a/list.txt" }),
		},
		{
			name: "ftp",
			type: "ftp",
			host: "h.example",
			...some({ port: 2121, user: "eo", password: "pw", tls: "explicit", verifyCertificate: false, timeout: 2.5 }),
		},
		{
			name: "ssh",
			type: "sftp",
			host: "h.example",
			user: "eo",
			...some({ port: 22, root: "/x", password: "pw", parallel: 3 }),
		},
		{
			name: "bucket",
			type: "s3",
			bucket: "eo",
			...some({
				prefix: "/a/b/",
				endpoint: "http://s3.example:9000",
				pathStyle: true,
				credentials: "keys",
				accessKeyId: "AK",
				secretAccessKey: "sk",
			}),
		},
		{ name: "web", type: "http", url: "http://web.example/x/", ...some({ listing: "html", user: "u", token: "t" }) },
		{ name: "ras", type: "rasdaman", url: "http://ras.example", ...some({ show: "coverages", coverageArrays: true }) },
	].filter(() => next(4) > 0);
	const source = () => ({
		storage: pick(...storages).name,
		include: [pick("*.tif", "a/**/*.{tif,tiff}")],
		...some({
			path: pick("a", "/a/b/"),
			exclude: ["*_tmp.tif"],
			metadata: pick<readonly string[]>([], ["{stem}.xml"], ["{stem}_MTL.txt"]),
			rangeType: pick(...texts),
			fileName: "(?<begin>\\d{8})",
			timeZone: "Europe/Vienna",
			symlinks: "follow",
			marker: ".mounted",
			checksum: true,
			stableFor: 60,
			watch: true,
		}),
		...(next(4) === 0 ? { metadataStorage: pick(...storages).name, metadataPath: "m/{folder}" } : {}),
	});
	const containers =
		storages.length === 0
			? []
			: Array.from({ length: next(4) }, (_, index) => ({
					id: `${pick("A", "b", "Ü", "_")}${index}`,
					kind: "dataset-series",
					...some({
						title: pick(...texts),
						schedule: pick<unknown>("0 3 * * *", "by hand", {
							cron: "0 3 * * *",
							zone: "Europe/Vienna",
							kind: "check",
							verify: "1 %",
							jitter: 5,
						}),
						guard: pick<unknown>({ maxRemovals: null, maxUpdates: 5 }, { emptied: "allow" }, {}),
						removals: pick<unknown>({ looks: 2 }, { after: "24h" }, { looks: 3, after: 90 }),
						retentionDays: pick(90, 30),
						rangeType: "RGB",
						sources: Array.from({ length: next(3) }, source),
					}),
				}));
	const mosaic = {
		id: "mosaic",
		kind: "rectified-stitched-mosaic",
		...some({ grid: { crs: "EPSG:4326", origin: [11.6, -46.3], resolution: [0.1, 0.1], size: [5, 4] } }),
	};
	const backup = next(2) === 0 ? { backup: { folder: "/backup", cron: "30 4 * * *", keep: next(9) + 1 } } : {};
	return JSON.stringify({ storages, containers: [...containers, mosaic], ...backup });
}

it("of any configuration changes nothing when it is applied, and is the same again", async () => {
	for (let seed = 1; seed <= 12; seed += 1) {
		const text = randomText(seed);
		await empty();
		await apply(text);
		const exported = await exportNew();
		const parts = await apply(exported);
		expect(
			parts.filter(({ outcome }) => outcome !== "unchanged"),
			`${seed}: ${text}`,
		).toEqual([]);
		expect(await exportNew(), `${seed}`).toBe(exported);
		expect(await exportInto(exported), `${seed}`).toBe(exported);
		// Also over a file of something else; the secrets in it stay.
		const over = await apply(await exportInto(randomText(seed + 1000)));
		const isSecret = (key: string) => ["password", "token", "secretAccessKey"].includes(key);
		expect(
			over.filter(({ outcome, fields }) => outcome !== "unchanged" && !Object.keys(fields).every(isSecret)),
			`${seed} over`,
		).toEqual([]);
		expect(exported).not.toMatch(/"?(?:pw|sk)"?$/m);
	}
});

const written = `# What we keep
storages:
  # The archive, on the big disk
  - name: archive   # do not rename
    type: local
    root: "\u0024{ROOT}"
  - { name: partner, type: ftp, host: ftp.example.org, user: eo, password: "\u0024{PARTNER_PW}" }

containers:
  # Nightly
  - id: Z
    kind: dataset-series
    title: Zeta # shown on the wall
    retentionDays: 90 # the default, said aloud
    sources:
      # The new ones
      - { storage: archive, path: new, include: ["*.tif"] }
      - { storage: partner, path: old, include: ["*.tif"] } # they are late
  - id: A
    kind: dataset-series
`;

describe("into a file that is there", () => {
	it("leaves it as it is where it says what the catalogue has", async () => {
		await apply(written);
		expect(await exportInto(written)).toBe(written);
	});

	it("changes what is different, and keeps order, comments and secrets", async () => {
		await apply(written);
		await apply(
			`storages: [{ name: archive, type: local, root: /data/archive }, { name: partner, type: ftp, host: ftp.example.org, user: other }, { name: web, type: http, url: "http://x/", token: t }]
containers: [{ id: Z, kind: dataset-series, title: "Zeta, again", guard: { maxRemovals: null }, sources: [{ storage: partner, path: old, include: ["*.jp2"] }, { storage: archive, path: new, include: ["*.tif"] }] }, { id: N, kind: dataset-series }]`,
		);
		const text = await exportInto(written);
		expect(text).toBe(`# What we keep
storages:
  # The archive, on the big disk
  - name: archive # do not rename
    type: local
    root: "\u0024{ROOT}"
  - { name: partner, type: ftp, host: ftp.example.org, user: other, password: "\u0024{PARTNER_PW}" }
  - name: web
    type: http
    url: http://x/
    # Left out, what is stored stays. To set it anew:
    # token: "\u0024{WEB_TOKEN}"

containers:
  # Nightly
  - id: Z
    kind: dataset-series
    title: Zeta, again # shown on the wall
    retentionDays: 90 # the default, said aloud
    sources:
      - { storage: partner, path: old, include: ["*.jp2"] } # they are late
      # The new ones
      - { storage: archive, path: new, include: ["*.tif"] }
    guard:
      maxRemovals: null
  - id: N
    kind: dataset-series
`);
		expect((await apply(text)).filter(({ outcome }) => outcome !== "unchanged")).toEqual([]);
	});

	it("calls a renamed container what it is called now", async () => {
		await apply("containers: [{ id: NEW, kind: dataset-series }]");
		const text = "containers:\n  # ours\n  - { id: OLD, kind: dataset-series } # since 1999\n";
		const renamed = updatedFile(
			await exportedConfiguration(database),
			{ text, file, variable },
			new Map([["OLD", "NEW"]]),
		);
		expect(renamed).toBe(text.replace("OLD", "NEW"));
	});

	it("refuses a file that is not valid, with its faults", async () => {
		await expect(exportInto("containers: [{ id: 1 }]")).rejects.toThrow(/eosync\.yaml:1:20: containers\[0\]\.id/);
	});

	it("keeps a file of comments", async () => {
		await apply("containers: [{ id: A, kind: dataset-series }]");
		expect(await exportInto("# ours\n")).toMatch(/^# ours\n[\s\S]*- id: A\n {4}kind: dataset-series\n$/);
	});
});
