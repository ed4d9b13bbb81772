import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Command, Option } from "commander";
import type { Database } from "#lib/catalog/database/database.ts";
import { exportDuplicates } from "#lib/catalog/duplicates/duplicate-export.ts";
import type { ContentGroup, SceneGroup } from "#lib/catalog/duplicates/duplicate-views.ts";
import { duplicatesView, listContentGroups, listSceneGroups } from "#lib/catalog/duplicates/duplicates.ts";
import { cancelSearch, claimSearch, defaultBudgetBytes, requestSearch } from "#lib/catalog/duplicates/searches.ts";
import { storageAccess } from "#lib/catalog/storages/storage-access.ts";
import { auditedCommand } from "#lib/cli/audited-command.ts";
import { exitStatuses } from "#lib/cli/exit-status.ts";
import { listenForInterruption } from "#lib/cli/interruption.ts";
import { print, printJson, warn } from "#lib/cli/output/output.ts";
import { pageSize, printPages, printPieces } from "#lib/cli/output/pages.ts";
import { instantCell, printable } from "#lib/cli/output/table.ts";
import { actor, withCatalog } from "#lib/cli/with-catalog.ts";
import { readEnv } from "#lib/env.ts";
import { UsageError } from "#lib/errors.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";
import { searchDuplicates } from "#lib/sync/duplicates/search.ts";

interface Options {
	readonly search?: boolean;
	readonly bytes?: string;
	readonly cancel?: boolean;
	readonly kind?: "content" | "scene";
	readonly json?: boolean;
	readonly format?: "csv";
}

export function duplicatesCommand(): Command {
	return new Command("duplicates")
		.summary("find the same content under two names, the same scene under two EO IDs")
		.option("--search", "search now, or go on where the last search stopped; if there was none yet it is made anyway")
		.option("--bytes <N>", `with --search: read at most so many bytes (default ${formatCount(defaultBudgetBytes)})`)
		.option("--cancel", "stop the search that is under way")
		.addOption(new Option("--kind <KIND>", "only these").choices(["content", "scene"]))
		.option("--json", "one JSON object per group, then a summary")
		.addOption(new Option("--format <FORMAT>", "all names as a file").choices(["csv"]))
		.action((options: Options) =>
			withCatalog("duplicates", (database) => duplicates(database, options), { ownSignals: true }),
		);
}

async function duplicates(database: Database, options: Options): Promise<void> {
	const { search = false, cancel = false, kind, json = false, format } = options;
	if (json && format !== undefined) throw new UsageError("Give --json or --format, not both.");
	if (cancel) {
		const did = await auditedCommand(database, {
			action: "duplicates.cancel",
			input: {},
			work: cancelSearch,
			did: (was) => was,
		});
		return print(did ? "The search stops." : "No search is under way.");
	}
	if (search || (await duplicatesView(database)).outcome === null) await searchNow(database, options);
	if (format !== undefined) return printPieces(exportDuplicates(database));
	if (kind !== "scene")
		await printPages(
			(after) => listContentGroups(database, { after, limit: Math.min(pageSize, 200) }),
			(group) => (json ? { kind: "content", ...group } : contentCells(group)),
		);
	if (kind !== "content")
		await printPages(
			(after) => listSceneGroups(database, { after, limit: Math.min(pageSize, 200) }),
			(group) => (json ? { kind: "scene", ...group } : sceneCells(group)),
		);
	const view = await duplicatesView(database);
	if (view.outcome === "failed") process.exitCode = exitStatuses.failed;
	if (json) {
		const { state, outcome, message, completedAt, groups, wasted, scenes, candidates, unread, usedBytes } = view;
		const { unreadExamples } = view;
		const sums = { groups, wasted, scenes, candidates, unread, unreadExamples, usedBytes };
		return printJson({ kind: "summary", state, outcome, message, completedAt, ...sums });
	}
	const contents = `${formatPlural(view.groups, "content")} under several names, ${view.wasted} B could be spared`;
	const when = view.completedAt === null ? "" : ` (as of ${instantCell(view.completedAt)} UTC)`;
	await print(`${contents}; ${formatPlural(view.scenes, "scene")} under several EO IDs${when}.`);
	if (view.message !== null) warn(view.message);
	if (view.unread > 0) warn(`${formatPlural(view.unread, "file")} could not be read.`);
	for (const example of view.unreadExamples) warn(printable(`  ${example}`));
}

function contentCells({ wasted, files, names }: ContentGroup): readonly string[] {
	const all = files.map(({ storage, path, link }) => `${storage}:${path}${link === null ? "" : " (hard link)"}`);
	return [`${wasted} B`, "content", namesCell(all, names)];
}

function sceneCells({ wasted, datasets, names, reason }: SceneGroup): readonly string[] {
	const all = datasets.map(({ dataset }) => dataset);
	return [`${wasted} B`, `scene (${reason})`, namesCell(all, names)];
}

/** As many names as a person reads; `--json` and `--format csv` have more of them. */
const namesInText = 8;

function namesCell(all: readonly string[], names: number): string {
	const shown = all.slice(0, namesInText);
	return [...shown, ...(names > shown.length ? [`and ${names - shown.length} more`] : [])].join("  =  ");
}

/** Milliseconds between two looks at the work of another process, and two lines of progress. */
const followMs = 500;

/** In this process; if another one is at it already, that is waited for. */
async function searchNow(database: Database, { bytes, json = false }: Options): Promise<void> {
	if (bytes !== undefined && !/^[1-9]\d{0,14}$/.test(bytes))
		throw new UsageError("--bytes: give a whole number from 1 on.");
	const budgetBytes = bytes === undefined ? undefined : Number(bytes);
	await auditedCommand(database, {
		action: "duplicates.search",
		input: { budgetBytes: budgetBytes ?? defaultBudgetBytes },
		work: (inside) => requestSearch(inside, { by: actor(), budgetBytes }),
		did: (was) => was,
	});
	using interruption = listenForInterruption(async () => {
		await cancelSearch(database);
	});
	let shown = 0;
	const onProgress = (progress: { readonly phase: string; readonly files: number; readonly bytes: number }) => {
		if (performance.now() - shown < followMs) return;
		shown = performance.now();
		if (json) void printJson({ kind: "progress", ...progress });
		else if (process.stderr.isTTY)
			process.stderr.write(
				`\r\x1b[2K${printable(progress.phase)}  ${formatPlural(progress.files, "file")} read, ${progress.bytes} B`,
			);
	};
	const owner = `cli ${process.pid} ${randomBytes(6).toString("hex")}`;
	const claimed = await claimSearch(database, owner);
	if (claimed !== null)
		await searchDuplicates(database, claimed, {
			access: storageAccess(readEnv()),
			owner,
			signal: interruption.stop,
			onProgress,
		});
	while (!interruption.leave.aborted) {
		const view = await duplicatesView(database);
		if (view.state === "idle") break;
		onProgress({ phase: view.phase ?? "waiting", files: view.filesRead, bytes: view.usedBytes });
		await sleep(followMs);
	}
	if (process.stderr.isTTY && !json) process.stderr.write("\r\x1b[2K");
	if (interruption.leave.aborted) process.exitCode = exitStatuses.interrupted;
}
