import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import type { AppliedPart } from "./applied-part.ts";
import { applyConfiguration } from "./apply-configuration.ts";
import { parseConfiguration } from "./config-file.ts";
import { newFile, updatedFile } from "./export-file.ts";
import { exportedConfiguration } from "./exported-configuration.ts";
import { randomConfiguration } from "./testing.ts";

let database: Database;
beforeAll(async () => {
	database = await createTestDatabase();
});
afterAll(() => database.close());
const empty = async () => {
	await database.sql`truncate containers, storages, targets, settings cascade`;
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

const randomText = (seed: number) => JSON.stringify(randomConfiguration(seed));

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
		const isSecret = (key: string) =>
			["hostKey", "password", "privateKey", "passphrase", "token", "secretAccessKey", "sessionToken"].includes(key);
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
