import { csvLine } from "#lib/catalog/csv.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { differenceColumns, differenceLines } from "#lib/catalog/publications/check-view.ts";
import { publishedContainers } from "#lib/catalog/publications/published.ts";
import { storageAccess } from "#lib/catalog/storages/storage-access.ts";
import { auditedCommand } from "#lib/cli/audited-command.ts";
import { exitStatuses } from "#lib/cli/exit-status.ts";
import { listenForInterruption } from "#lib/cli/interruption.ts";
import { print, printJson, printText } from "#lib/cli/output/output.ts";
import { actor, withCatalog } from "#lib/cli/with-catalog.ts";
import { dashboardUrl, readEnv, readVariable } from "#lib/env.ts";
import { UsageError } from "#lib/errors.ts";
import { formatPlural } from "#lib/numbers.ts";
import { checkPublished } from "#lib/stac/compare/check-published.ts";
import { beginCheck, cancelCheck, withoutSecrets } from "#lib/stac/compare/check-requests.ts";
import { stacUrls } from "#lib/stac/links.ts";

/** `eosync check --published`: whether others followed. */

export interface PublishedCheckOptions {
	readonly all?: true;
	readonly against?: string;
	readonly collection?: string;
	readonly reference?: true;
	readonly tokenVariable?: string;
	readonly csv?: true;
	readonly json?: true;
}

export async function runPublishedCheck(ids: readonly string[], options: PublishedCheckOptions): Promise<void> {
	if (ids.length === 0 && !options.all)
		throw new UsageError("Name the containers (EO IDs), or give --all; nothing was done.");
	if (options.collection !== undefined && ids.length !== 1) throw new UsageError("--collection is for one container.");
	const origin = dashboardUrl(readEnv());
	const url = options.against ?? `${origin}/stac`;
	if (!/^https?:\/\//.test(url) || !URL.canParse(url))
		throw new UsageError(`--against ${url} is no address such as https://example.org/stac.`);
	const token = options.tokenVariable === undefined ? null : (readVariable(options.tokenVariable) ?? null);
	if (options.tokenVariable !== undefined && token === null)
		throw new UsageError(`The variable ${options.tokenVariable} is not set.`);
	await withCatalog("check", async (database) => {
		const containers = ids.length > 0 ? ids : await published(database);
		if (options.csv) await printText(csvLine(differenceColumns));
		for (const container of containers) await checkOne(database, container, { ...options, url, token, origin });
	});
}

async function published(database: Database): Promise<readonly string[]> {
	return (await publishedContainers(database.sql, { withToken: true })).map(({ eoId }) => eoId);
}

async function checkOne(
	database: Database,
	container: string,
	{
		url,
		token,
		origin,
		collection,
		reference,
		csv,
		json,
	}: PublishedCheckOptions & { url: string; token: string | null; origin: string },
): Promise<void> {
	const asked = { url, collection: collection ?? null, reference: reference ?? false };
	const claimed = await auditedCommand(database, {
		action: "publications.check",
		input: { ...asked, id: container, url: withoutSecrets(url) },
		work: (inside) => beginCheck(inside, { ...asked, container, by: actor() }),
	});
	using interruption = listenForInterruption(async () => {
		await cancelCheck(database, container);
	});
	const result = await checkPublished(database, claimed, {
		token,
		urls: stacUrls(origin),
		network: storageAccess(readEnv()).policy.network,
		signal: interruption.stop,
		onDifferences: async (found) => {
			if (csv) for (const one of found) await printText(differenceLines(container, one));
		},
	});
	if (result === null) {
		process.exitCode = exitStatuses.failed;
		return print(`${container}: cancelled.`);
	}
	const { ours, same, differing, missing, foreign, unknown, reason } = result;
	if (differing + missing + foreign + unknown > 0) process.exitCode = exitStatuses.failed;
	if (json) await printJson({ container, url, ...result });
	else if (!csv)
		await print(
			`${container}: ${formatPlural(ours, "item")}, ${same} the same, ${differing} differing, ${missing} missing there, ${foreign} foreign there, ${unknown} unknown${reason === null ? "" : `: ${reason}`}.`,
		);
}
