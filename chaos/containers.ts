import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { saveContainer } from "#lib/catalog/configuration.ts";
import { containerInput } from "#lib/catalog/inputs.ts";
import { writeEoOm } from "#lib/demo/eo-om-writer.ts";
import { writeGeoTiff } from "#lib/demo/geotiff-writer.ts";
import { randomFrom } from "#lib/demo/random.ts";
import { requestContainers } from "#lib/jobs/batches/batch-requests.ts";
import { violations } from "#lib/sync/testing/invariants.ts";
import { openChaosWorld } from "./world.ts";

const workers = 3;

/**
 * *Sync all* of so many small containers, by three workers' processes: each is synced, and once. Returns the seconds from
 * the request to the last run's end. @throws Error that says what was wrong.
 */
export async function syncAll(containers: number, seed: number): Promise<number> {
	await using world = await openChaosWorld(randomFrom(seed));
	const { database, archive } = world;
	for (let i = 0; i < containers; i++) {
		const path = `many/C${i}`;
		mkdirSync(join(archive.root, path), { recursive: true });
		const georeference = { origin: [10, 50], pixelSize: [0.25, 0.25] } as const;
		writeFileSync(join(archive.root, path, "a.tif"), writeGeoTiff({ size: [4, 4], crs: 4326, georeference }));
		const begin = "2006-08-16T09:09:29Z";
		writeFileSync(join(archive.root, path, "a.xml"), writeEoOm({ eoId: `A${i}`, begin, end: begin, footprint: null }));
		const sources = [{ storage: "archive", path, include: ["*.tif"] }];
		await saveContainer(database, containerInput.parse({ id: `C${i}`, kind: "dataset-series", sources }), {
			create: true,
		});
	}
	const children = Array.from({ length: workers }, () => world.start("lib/cli/main.js", ["worker"]));
	try {
		const { sql } = database;
		while ((await sql`select from workers`).length < workers) await sleep(50);
		const ids = Array.from({ length: containers }, (_, i) => `C${i}`);
		const began = performance.now();
		await requestContainers(database, { containers: ids, kind: "sync", trigger: "dashboard", actor: "chaos" });
		while ((await sql`select from batches where finished_at is null`).length > 0) await sleep(100);
		const seconds = (performance.now() - began) / 1000;
		const ended = await sql`select state, added, count(*) as count from runs group by 1, 2`;
		const revisions = await sql`select distinct revision from containers where eo_id <> 'CHAOS'`;
		const [only] = ended;
		const isRight = only?.state === "succeeded" && only.added === 1 && only.count === containers;
		const wrong = [
			...(isRight && revisions.length === 1 ? [] : [JSON.stringify(ended)]),
			...(await violations(database)),
		];
		if (wrong.length > 0) throw new Error(wrong.join("; "));
		return seconds;
	} finally {
		for (const child of children) child.kill("SIGTERM");
	}
}
