import { z } from "zod";
import { ApiProblem } from "#lib/api/problems.ts";
import * as schemas from "#lib/api/schemas/catalogue-schemas.ts";
import { runObject } from "#lib/api/schemas/run-schemas.ts";
import { pageOf, pageQuery, severalOf } from "#lib/api/schemas/schema-parts.ts";
import { causeKey } from "#lib/catalog/causes/cause-inputs.ts";
import { type ContainerFilter, filterContainers, scheduleFacets } from "#lib/catalog/containers/container-filter.ts";
import { containerDetail, listContainers } from "#lib/catalog/containers/containers.ts";
import { listRejections, listSuspects, listWaiting } from "#lib/catalog/containers/open-files.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { containerDatasetSorts, listDatasets } from "#lib/catalog/datasets/datasets.ts";
import { eoId, instantInput } from "#lib/catalog/inputs.ts";
import { pagingBy, textKey } from "#lib/catalog/paging.ts";
import { type ContainerView, containerStates, type SourceView } from "#lib/catalog/read-models/container-view.ts";
import { operation } from "./operation.ts";

/** What can be read of containers and storages. */

export const containerParams = z.strictObject({ id: eoId.describe("EO ID of the container.") });
const none = z.strictObject({});
const byName = pagingBy(textKey);
const search = z.string().max(300).default("").describe("Part of the ID or title, in any case.");
const read = { method: "GET", permission: "catalogue.read", status: 200, body: null } as const;

/** @throws ApiProblem `not-found` */
export async function requireContainer({ sql }: Pick<Database, "sql">, id: string): Promise<void> {
	const [found] = await sql`select from containers where eo_id = ${id}`;
	if (!found) throw new ApiProblem("not-found", `There is no container ${id}.`);
}

export const containerOperations = [
	operation({
		...read,
		id: "listContainers",
		path: "/containers",
		tag: "Containers",
		summary: "All containers with their states, by EO ID",
		params: none,
		query: pageQuery.extend({
			search,
			state: severalOf(containerStates, "states"),
			rejected: z.enum(["true", "false"]).default("false").describe("Only those with rejected files."),
			storage: z.string().max(300).optional().describe("The name of a storage that they have a source on."),
			kind: schemas.container.shape.kind.optional(),
			cause: causeKey.optional().describe("The key of a cause that they fail by."),
			schedule: z.enum(scheduleFacets).optional().describe("Their own, the default one, or none."),
			unseen: z
				.string()
				.regex(/^\d{1,5}[hd]$/, "Give hours or days, such as 12h or 7d")
				.optional()
				.describe("Not looked at completely for so long: `12h`, `7d`."),
		}),
		response: pageOf(schemas.container),
		problems: [],
		async handle(
			{ database },
			{ after, limit, search: wanted, state, rejected, storage, kind, schedule, cause, unseen },
		) {
			const [last = ""] = byName.keyOf(after);
			const text = wanted.toLowerCase();
			const filter: ContainerFilter = {
				search: "",
				states: containerStates.filter((each) => state?.split(",").includes(each)),
				rejected: rejected === "true",
				storage: storage ?? null,
				kind: kind ?? null,
				schedule: schedule ?? null,
				cause: cause ?? null,
				unseen: unseen ?? null,
			};
			const matching = filterContainers(await listContainers(database), filter, Date.now()).filter((view) =>
				`${view.id}\n${view.title}`.toLowerCase().includes(text),
			);
			// The database's order counts; the container where the last page ended may be gone.
			const later = await database.sql<{ id: string }[]>`select eo_id as id from containers where eo_id > ${last}`;
			const laterIds = new Set(later.map(({ id }) => id));
			const rest = matching.filter(({ id }) => laterIds.has(id));
			const page = byName.pageOf(rest, limit, ({ id }) => [id]);
			return { rows: page.rows.map(containerOf), next: page.next, total: matching.length };
		},
	}),
	operation({
		...read,
		id: "getContainer",
		path: "/containers/{id}",
		tag: "Containers",
		summary: "A container with its sources, footprint and waiting plan",
		params: containerParams,
		query: none,
		response: schemas.containerDetail,
		problems: ["not-found"],
		async handle({ database }, { id }) {
			return readContainer(database, id);
		},
	}),
	operation({
		...read,
		id: "listDatasets",
		path: "/containers/{id}/datasets",
		tag: "Containers",
		summary: "The datasets of a container",
		params: containerParams,
		query: pageQuery.extend({
			search: z.string().max(300).default("").describe("Part of the EO ID or path."),
			begin: instantInput.optional().describe("Only datasets that end then or later."),
			end: instantInput.optional().describe("Only datasets that begin then or earlier."),
			sort: z
				.enum(containerDatasetSorts)
				.optional()
				.describe("By EO ID (if left out), begin, end, path, or when its files were read last; with -: descending."),
		}),
		response: pageOf(schemas.dataset),
		problems: ["not-found"],
		async handle({ database }, { id, ...query }) {
			await requireContainer(database, id);
			return listDatasets(database, id, query);
		},
	}),
	operation({
		...read,
		id: "listRejections",
		path: "/containers/{id}/rejections",
		tag: "Containers",
		summary: "Files of a container that could not become datasets, by path",
		params: containerParams,
		query: pageQuery,
		response: pageOf(schemas.rejection),
		problems: ["not-found"],
		async handle({ database }, { id, ...query }) {
			await requireContainer(database, id);
			return listRejections(database, id, query);
		},
	}),
	operation({
		...read,
		id: "listSuspects",
		path: "/containers/{id}/suspects",
		tag: "Containers",
		summary: "Datasets of a container whose file was not listed, while their removal ripens, by path",
		params: containerParams,
		query: pageQuery,
		response: pageOf(schemas.suspect),
		problems: ["not-found"],
		async handle({ database }, { id, ...query }) {
			await requireContainer(database, id);
			return listSuspects(database, id, query);
		},
	}),
	operation({
		...read,
		id: "listWaiting",
		path: "/containers/{id}/waiting",
		tag: "Containers",
		summary: "Files of a container that wait until they are stable, by path",
		params: containerParams,
		query: pageQuery,
		response: pageOf(schemas.waiting),
		problems: ["not-found"],
		async handle({ database }, { id, ...query }) {
			await requireContainer(database, id);
			return listWaiting(database, id, query);
		},
	}),
];

/** @throws ApiProblem `not-found` */
export async function readContainer(database: Database, id: string) {
	const detail = await containerDetail(database, id);
	if (detail === null) throw new ApiProblem("not-found", `There is no container ${id}.`);
	const { footprint, rangeType, grid, mosaicGrid, guard, retentionDays, plan } = detail;
	const maxRemovals = guard.maxRemovals === null ? "100%" : (guard.maxRemovals ?? "20%");
	const { removals } = detail.input;
	const waitingPlan = plan && runObject(plan);
	const { stac, ...publication } = detail.publication;
	const rest = {
		footprint,
		rangeType,
		grid,
		mosaicGrid,
		maxRemovals,
		guard,
		removals,
		retentionDays,
		publish: { stac },
		publication,
		plan: waitingPlan,
	};
	const formerIds = detail.formerIds.map(({ id, since, how }) => ({ id, since, how }));
	return { ...containerOf(detail), ...rest, formerIds, sources: detail.sources.map(sourceOf) };
}

function containerOf(view: ContainerView) {
	const { id, kind, title, state, stateReason, datasets, rejected, begin, end, nextRun, lastRun } = view;
	const { waiting, suspect, exceptions, differences, asOf, verifiedAt, storages, unreachable, causes } = view;
	const { ignored } = view;
	return {
		id,
		kind,
		title,
		state,
		stateReason,
		datasets,
		rejected,
		ignored,
		waiting,
		suspect,
		exceptions,
		differences,
		asOf,
		verifiedAt,
		storages: [...storages],
		unreachable: [...unreachable],
		paused: view.paused,
		causes: [...causes],
		begin,
		end,
		schedule: scheduleOf(view),
		nextRun,
		lastRun: lastRun && runObject(lastRun),
	};
}

function scheduleOf({ schedule }: ContainerView) {
	if (schedule === null) return null;
	const { cron, zone, kind, verify = null, jitter } = schedule;
	return { cron, zone, kind, verify, jitter };
}

function sourceOf({
	storage,
	path,
	include,
	exclude,
	metadata,
	metadataStorage,
	metadataPath,
	datasets,
	unmatched,
}: SourceView) {
	return { storage, path, include, exclude, metadata, metadataStorage, metadataPath, datasets, unmatched };
}
