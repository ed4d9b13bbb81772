import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Command, Option } from "commander";
import { coverageFoldersBelow, listCoverageFiles } from "#lib/catalog/coverage/coverage.ts";
import {
	type ClassTotal,
	type CoverageClass,
	coverageClasses,
	coverageWords,
} from "#lib/catalog/coverage/coverage-classes.ts";
import { exportCoverage } from "#lib/catalog/coverage/coverage-export.ts";
import type { CoverageFile, CoverageFolder, CoverageView } from "#lib/catalog/coverage/coverage-views.ts";
import { cancelLook, claimLook, requestLook } from "#lib/catalog/coverage/looks.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { closedStorageIds } from "#lib/catalog/pauses/pauses.ts";
import { storageAccess } from "#lib/catalog/storages/storage-access.ts";
import { listStorages } from "#lib/catalog/storages/storages.ts";
import { auditedCommand } from "#lib/cli/audited-command.ts";
import { exitStatuses } from "#lib/cli/exit-status.ts";
import { listenForInterruption } from "#lib/cli/interruption.ts";
import { print, printJson, warn } from "#lib/cli/output/output.ts";
import { pageSize, printPages, printPieces } from "#lib/cli/output/pages.ts";
import { instantCell, printable, tableLines } from "#lib/cli/output/table.ts";
import { actor, withCatalog } from "#lib/cli/with-catalog.ts";
import { readEnv } from "#lib/env.ts";
import { UsageError } from "#lib/errors.ts";
import { coverageOf } from "#lib/jobs/coverage/coverage-of.ts";
import { formatPlural } from "#lib/numbers.ts";
import { lookAtStorage } from "#lib/sync/coverage/look.ts";

interface Options {
	readonly look?: boolean;
	readonly anew?: boolean;
	readonly listAll?: boolean;
	readonly cancel?: boolean;
	readonly minutes?: string;
	readonly entries?: string;
	readonly folders?: string | true;
	readonly files?: string | true;
	readonly folder?: string;
	readonly search?: string;
	readonly json?: boolean;
	readonly format?: "csv";
}

export function coverageCommand(): Command {
	return new Command("coverage")
		.summary("what lies in the storages, and what of it is in no container")
		.argument("[STORAGE]", "name of a storage; none: all of them")
		.option(
			"--look",
			"look now, or go on where the last look stopped; a storage that was never looked at is looked at anyway",
		)
		.option("--anew", "with --look: begin at the root again")
		.option("--list-all", "with --look: list every folder, whatever the last syncs saw of it")
		.option("--minutes <N>", "with --look: stop after so many minutes (default 60)")
		.option("--entries <N>", "with --look: stop after so many entries (default 2,000,000)")
		.option("--cancel", "stop the look that is under way")
		.option("--folders [FOLDER]", "the folders below one, with their sums")
		.option("--files [CLASS]", `the entries: ${coverageClasses.join(", ")}`)
		.option("--folder <FOLDER>", "with --files: only those in this folder and below")
		.option("--search <TEXT>", "with --files: only with this text in the path")
		.option("--json", "one JSON object per line")
		.addOption(new Option("--format <FORMAT>", "the entries as a file").choices(["csv"]))
		.action((storage: string | undefined, options: Options) =>
			withCatalog("coverage", (database) => coverage(database, storage, options), { ownSignals: true }),
		);
}

async function coverage(database: Database, storage: string | undefined, options: Options): Promise<void> {
	if (options.json && options.format !== undefined) throw new UsageError("Give --json or --format, not both.");
	const storages = storage === undefined ? (await listStorages(database)).map(({ name }) => name) : [storage];
	if (storages.length === 0) return print("There are no storages yet; eosync configure FILE.yaml creates them.");
	if (options.format !== undefined && storages.length > 1)
		throw new UsageError("Say of which storage: eosync coverage STORAGE --format csv.");
	for (const one of storages) {
		if (options.cancel) await cancel(database, one);
		else await show(database, one, options);
	}
}

async function cancel(database: Database, storage: string): Promise<void> {
	const did = await auditedCommand(database, {
		action: "storages.cancel-look",
		input: { name: storage },
		work: (inside) => cancelLook(inside, storage),
		did: (was) => was,
	});
	await print(did ? `${storage}: the look stops.` : `${storage}: no look is under way.`);
}

async function show(database: Database, storage: string, options: Options): Promise<void> {
	const { look = false, json = false, files, folders, format, folder = "", search = "" } = options;
	const read = () => coverageOf(database, storage);
	let view = await read();
	const isKnown = view.totals.length > 0 || view.outcome !== null;
	if (look || !isKnown) {
		await lookNow(database, storage, options);
		view = await read();
		if (view.outcome === "failed") process.exitCode = exitStatuses.failed;
	}
	const wanted = { class: files === undefined || files === true ? undefined : classOf(files), folder, search };
	if (format !== undefined) return printPieces(exportCoverage(database, storage, wanted));
	if (files !== undefined)
		return printPages(
			(after) => listCoverageFiles(database, storage, { ...wanted, after, limit: pageSize }),
			(file) => (json ? fileObject(storage, file) : fileCells(file)),
		);
	if (folders !== undefined) {
		const parent = folders === true ? "" : folders.replace(/\/+$/, "");
		return printPages(
			(after) => coverageFoldersBelow(database, storage, { parent, after, limit: pageSize }),
			(one) => (json ? folderObject(storage, one) : folderCells(one)),
		);
	}
	if (json) return printJson(viewObject(view));
	await printView(view);
}

function classOf(text: string): CoverageClass {
	const found = coverageClasses.find((one) => one === text);
	if (found === undefined) throw new UsageError(`--files: ${text} is none of ${coverageClasses.join(", ")}.`);
	return found;
}

function numberOf(text: string | undefined, name: string): number | undefined {
	if (text === undefined) return undefined;
	if (!/^[1-9]\d{0,11}$/.test(text)) throw new UsageError(`${name}: give a whole number from 1 on.`);
	return Number(text);
}

/** Milliseconds between two looks at the work of another process. */
const followMs = 500;

/** In this process; if another one is at work on it already, it is waited for. */
async function lookNow(database: Database, storage: string, options: Options): Promise<void> {
	const minutes = numberOf(options.minutes, "--minutes");
	const entries = numberOf(options.entries, "--entries");
	const budget = {
		...(minutes === undefined ? {} : { seconds: minutes * 60 }),
		...(entries === undefined ? {} : { entries }),
	};
	const { anew = false, listAll = false, json = false } = options;
	await auditedCommand(database, {
		action: "storages.look",
		input: { name: storage, ...budget, anew, listAll },
		work: (inside) => requestLook(inside, storage, { by: actor(), budget, anew, listAll }),
		did: (was) => was,
	});
	using interruption = listenForInterruption(async () => {
		await cancelLook(database, storage);
	});
	const closed = await closedStorageIds(database);
	const owner = `cli ${process.pid} ${randomBytes(6).toString("hex")}`;
	const claimed = await claimLook(database, { owner, storage, closed });
	let shown = 0;
	const onProgress = (progress: { folders: number; entries: number; current: string }) => {
		if (performance.now() - shown < followMs) return;
		shown = performance.now();
		const { folders, entries: seen, current } = progress;
		if (json) void printJson({ type: "progress", storage, folders, entries: seen, current });
		else if (process.stderr.isTTY)
			process.stderr.write(
				`\r\x1b[2K${storage}  ${formatPlural(folders, "folder")}, ${seen} entries  ${printable(current).slice(-40)}`,
			);
	};
	if (claimed !== null) {
		await lookAtStorage(database, claimed, {
			access: storageAccess(readEnv()),
			owner,
			signal: interruption.stop,
			onProgress,
		});
	}
	while (!interruption.leave.aborted) {
		const view = await coverageOf(database, storage);
		if (view.waitsUntil !== null || (claimed === null && view.state === "queued" && closed.length > 0)) {
			warn(`${storage} is paused, or outside its hours: a worker looks at it then.`);
			break;
		}
		if (view.state === "idle") break;
		onProgress({ folders: view.folders, entries: view.entries, current: "" });
		await sleep(followMs);
	}
	if (process.stderr.isTTY && !json) process.stderr.write("\r\x1b[2K");
	if (interruption.leave.aborted) process.exitCode = exitStatuses.interrupted;
}

/** What scripts rely on. */
function viewObject(view: CoverageView) {
	const { storage, state, outcome, message, completedAt, endedAt, waitsUntil, nextAt, rulesChanged } = view;
	const { folders, entries, notLookedAt, problems, totals } = view;
	const known = { outcome, message, completedAt, endedAt, waitsUntil, nextAt, rulesChanged };
	const sums = { folders, entries, notLookedAt, problems };
	return { storage, state, ...known, ...sums, totals: totalsObject(totals), total: sumOf(totals) };
}

function fileObject(storage: string, { path, class: one, size, containers, pattern }: CoverageFile) {
	return { storage, path, class: one, size, containers, pattern };
}

function folderObject(storage: string, { path, at, taken, waits, problem, totals }: CoverageFolder) {
	return { storage, path, at, taken, waits, problem, totals: totalsObject(totals), total: sumOf(totals) };
}

function totalsObject(totals: readonly ClassTotal[]) {
	return Object.fromEntries(
		coverageClasses.map((one) => {
			const { files = 0, bytes = 0 } = totals.find((total) => total.class === one) ?? {};
			return [one, { files, bytes }];
		}),
	);
}

function sumOf(totals: readonly ClassTotal[]): { readonly files: number; readonly bytes: number } {
	return {
		files: totals.reduce((sum, { files }) => sum + files, 0),
		bytes: totals.reduce((sum, { bytes }) => sum + bytes, 0),
	};
}

function fileCells({ path, class: one, size, pattern, containers }: CoverageFile): readonly string[] {
	const why = pattern === null ? containers.join(", ") : `by ${pattern} of ${containers.join(", ")}`;
	return [one, String(size), path, why];
}

function folderCells({ path, totals, waits, problem }: CoverageFolder): readonly string[] {
	const { files, bytes } = sumOf(totals);
	const open = totals.filter(({ class: one }) => one === "uncovered" || one === "unknown" || one === "other");
	const note = problem ?? (waits ? "not looked at yet" : "");
	return [path, String(files), String(bytes), `${sumOf(open).files} in no source`, note];
}

async function printView(view: CoverageView): Promise<void> {
	const { storage, completedAt, outcome, message, totals, notLookedAt, problems, rulesChanged } = view;
	const when =
		outcome === "failed"
			? `the last look failed: ${message}`
			: outcome === "complete"
				? `looked at ${instantCell(completedAt)}`
				: `looked at in part${outcome === null ? "" : ` (${outcome})`}`;
	await print(`${printable(storage)}: ${when}`);
	const total = sumOf(totals);
	const rows = [
		...totals.map(({ class: one, files, bytes }) => [one, files, bytes, coverageWords[one]] as const),
		["total", total.files, total.bytes, ""] as const,
	];
	for (const line of tableLines(
		rows.map(([one, files, bytes, words]) => [`  ${one}`, String(files), `${bytes} B`, words]),
	))
		await print(line);
	if (notLookedAt > 0)
		await print(
			`  ${formatPlural(notLookedAt, "folder")} and what is below not looked at yet: eosync coverage ${storage} --look goes on there.`,
		);
	if (problems > 0) warn(`${storage}: ${formatPlural(problems, "folder")} could not be listed.`);
	if (rulesChanged) warn(`${storage}: sources have changed since; --look looks again.`);
}
