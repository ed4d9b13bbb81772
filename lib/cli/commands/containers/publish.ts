import { Command, Option } from "commander";
import { containerDetail } from "#lib/catalog/containers/containers.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { type StacAccess, stacAccesses } from "#lib/catalog/inputs.ts";
import { askForFill, fillContainer } from "#lib/catalog/publications/fill.ts";
import { publicationText } from "#lib/catalog/publications/publication-text.ts";
import type { PublicationView } from "#lib/catalog/read-models/container-view.ts";
import type { containers } from "#lib/catalog/schema/schema.ts";
import { auditedCommand } from "#lib/cli/audited-command.ts";
import { currentIds } from "#lib/cli/configuration/former-containers.ts";
import { exitStatuses } from "#lib/cli/exit-status.ts";
import { print, printJson, warn } from "#lib/cli/output/output.ts";
import { tableLines } from "#lib/cli/output/table.ts";
import { withCatalog } from "#lib/cli/with-catalog.ts";
import { readEnv } from "#lib/env.ts";
import { UnknownNameError, UsageError } from "#lib/errors.ts";
import { publishContainer } from "#lib/jobs/requests/publish-container.ts";

interface PublishOptions {
	readonly stac?: StacAccess;
	readonly compare?: true;
	readonly json?: true;
}

/** `eosync publish`. */
export function publishCommand(): Command {
	return new Command("publish")
		.summary("serve containers to others by the STAC API, or list those that are")
		.description(
			"Without --stac it says how containers are published. With it, it says who may read them, makes their items (or takes them back) in portions and returns when that is done; interrupted, a worker goes on with it.",
		)
		.argument("[ID...]", "EO IDs of containers; none: all that are published")
		.addOption(new Option("--stac <WHO>", "who may read them: off, token or public").choices([...stacAccesses]))
		.option("--compare", "compare all their datasets with their items, and mend what differs")
		.option("--json", "one JSON object per line")
		.action((ids: string[], options: PublishOptions) =>
			withCatalog("publish", async (database) => {
				if (ids.length === 0 && options.stac !== undefined) throw new UsageError("Name the containers to publish.");
				const found = await namedContainers(database, await currentIds(database, ids));
				if (options.stac === undefined && !options.compare) return show(database, found, options);
				await publish(database, found, options);
			}),
		);
}

type Named = Pick<typeof containers.$inferSelect, "id" | "eoId">;

/** @throws UsageError for those that do not exist */
async function namedContainers({ sql }: Database, ids: readonly string[]): Promise<readonly Named[]> {
	const found = await sql<Named[]>`
		select c.id, c.eo_id as "eoId" from containers c where c.deleted_at is null and (c.eo_id = any(${ids as string[]}) or (${ids.length === 0}
			and (c.publish_stac <> 'off' or exists (select from publication_fills f where f.container_id = c.id)))) order by c.eo_id`;
	const missing = ids.filter((id) => !found.some(({ eoId }) => eoId === id));
	if (missing.length > 0) throw new UnknownNameError("container", missing);
	return found;
}

async function publicationNow(database: Database, id: string): Promise<PublicationView> {
	const detail = await containerDetail(database, id);
	if (!detail) throw new UsageError(`There is no container ${id} any more.`);
	return detail.publication;
}

async function show(database: Database, found: readonly Named[], { json }: PublishOptions): Promise<void> {
	const rows: string[][] = [];
	for (const { eoId } of found) {
		const publication = await publicationNow(database, eoId);
		if (json) await printJson({ container: eoId, ...publication });
		else rows.push([eoId, publicationText(publication), urlOf(eoId, publication)]);
	}
	if (json) return;
	if (rows.length === 0) await print("No container is published; eosync publish ID --stac public publishes one.");
	for (const line of tableLines(rows)) await print(line);
}

/** Where it can be read; "": nowhere. */
function urlOf(id: string, { stac }: PublicationView): string {
	const { url } = readEnv();
	return stac === "off" || url === null ? "" : `${url}/stac/collections/${encodeURIComponent(id)}`;
}

async function publish(
	database: Database,
	found: readonly Named[],
	{ stac, compare, json }: PublishOptions,
): Promise<void> {
	const stop = new AbortController();
	process.once("SIGINT", () => stop.abort()).once("SIGTERM", () => stop.abort());
	if (stac !== undefined && stac !== "off" && readEnv().url === null) warn(noAddress);
	for (const { id, eoId } of found) {
		if (stac !== undefined)
			await auditedCommand(database, {
				action: "containers.update",
				input: { id: eoId, publish: { stac } },
				work: (inside) => publishContainer(inside, { id: eoId, stac }),
				did: (different) => different,
			});
		if (compare) await askForFill(database, id);
		const error = await fillContainer(database, id, {
			signal: stop.signal,
			onProgress: ({ done, total }) => {
				if (process.stderr.isTTY) process.stderr.write(`\r${eoId}: ${done}${total === null ? "" : ` of ${total}`}`);
			},
		});
		if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
		if (stop.signal.aborted) {
			process.exitCode = exitStatuses.interrupted;
			return warn(`${eoId}: interrupted; a worker goes on with it.`);
		}
		if (error !== null) {
			warn(`${eoId}: its items could not be compared: ${error}`);
			process.exitCode = exitStatuses.failed;
		}
		const publication = await publicationNow(database, eoId);
		if (json) await printJson({ container: eoId, ...publication });
		else await print(`${eoId}: published ${publicationText(publication)}`.replace("published no", "not published"));
	}
}

/** Also for `configure`. */
export const noAddress =
	"EOSYNC_URL is not set: the STAC API answers on this machine only, and its links lead nowhere from elsewhere. Set it to where others reach eosync.";
