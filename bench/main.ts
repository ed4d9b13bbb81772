import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ftpRows, sftpRows } from "./file-server-rows.ts";
import { headerRows } from "./header-rows.ts";
import { inventoryRows } from "./inventory-rows.ts";
import { containersRows, diffRows } from "./list-rows.ts";
import { burstRows, liveRows } from "./live-rows.ts";
import type { Row } from "./measurement.ts";
import { type BenchOptions, readOptions } from "./options.ts";
import { publishRows } from "./publish-rows.ts";
import { makeRelease } from "./released.ts";
import { s3Rows, webdavRows } from "./remote-rows.ts";
import { rawRuns, writeReport } from "./report.ts";
import { searchRows } from "./search-rows.ts";
import { smallRows } from "./small-rows.ts";
import { changedRows, flatRows, pairsRows, removalRows, unchangedRows } from "./sync-rows.ts";
import { targetRows } from "./target-rows.ts";
import { workersRows } from "./workers-rows.ts";
import { openWorkplace, type Workplace } from "./workplace.ts";

/**
 * `npm run bench [-- --files N --flat N --pairs N --entries N --keys N --coverages N --rounds N --only unchanged,diff --built --report]`: measures eosync against
 * programs that do the least that has to be done, as it is released. Ratios are of programs run in turn on the same machine.
 */
const rowsByName: Readonly<Record<string, (place: Workplace, options: BenchOptions) => AsyncGenerator<Row>>> = {
	headers: headerRows,
	pairs: pairsRows,
	flat: flatRows,
	removal: removalRows,
	live: liveRows,
	burst: burstRows,
	unchanged: unchangedRows,
	diff: diffRows,
	changed: changedRows,
	publish: publishRows,
	search: searchRows,
	containers: containersRows,
	small: smallRows,
	ftp: ftpRows,
	sftp: sftpRows,
	webdav: webdavRows,
	s3: s3Rows,
	inventory: inventoryRows,
	workers: workersRows,
	target: targetRows,
};

const options = readOptions(process.argv.slice(2));
if (!options.built) makeRelease();
await using place = await openWorkplace(options.folder);
const rows: Row[] = [];
const command = `npm run bench -- ${process.argv.slice(2).join(" ")}`;
let text = "";
for (const [name, measure] of Object.entries(rowsByName)) {
	if (options.only.length > 0 && !options.only.includes(name)) continue;
	for await (const row of measure(place, options)) {
		console.log(`${rawRuns(row)}\n  ${row.reached} (${row.required})`);
		rows.push(row);
	}
	// Written after each row, so that a benchmark that is ended early leaves its measurements.
	text = await writeReport(rows, place.database, command);
	if (options.report) writeFileSync(join(import.meta.dirname, "REPORT.md"), `${text}\n`);
}
console.log(`\n${text}`);
