import { z } from "zod";
import { eoId, recordOf } from "#lib/catalog/inputs.ts";
import { scheduleProblem } from "#lib/catalog/schedules/schedule.ts";
import { targetTypes } from "./target-records.ts";

/** What may be written of targets from outside: forms, the configuration file, the API. Client-safe. */

const noNul = (text: string) => !text.includes("\0");
const oneLine = z
	.string()
	.max(1000)
	.regex(/^[^\0\r\n]*$/, "Enter one line of text");

export const targetName = z
	.string()
	.min(1, "Enter a name")
	.max(100)
	.regex(/^[^\s/]+$/, "Enter a name without spaces or /");

const postgresUrl = z
	.string()
	.trim()
	.max(2000)
	.refine(isPostgresUrl, "Enter an address such as postgres://user@host:5432/database")
	.refine(
		hasNoSecretParameter,
		"A password stands before the @, postgres://user:password@host:5432/database, not among the parameters, which are shown",
	)
	.describe(
		"Its PostGIS database: postgres://user:password@host:5432/database. The password is kept sealed; ?sslmode=require or verify-full encrypts.",
	);

function isPostgresUrl(text: string): boolean {
	if (!noNul(text) || !URL.canParse(text)) return false;
	const { protocol, pathname, hostname, searchParams } = new URL(text);
	const isSocket = searchParams.get("host")?.startsWith("/") ?? false;
	return /^postgres(ql)?:$/.test(protocol) && pathname.length > 1 && (hostname !== "" || isSocket);
}

/** libpq reads a password from the parameters as well, but they are part of the address, which pages show. */
function hasNoSecretParameter(text: string): boolean {
	if (!URL.canParse(text)) return true;
	return ![...new URL(text).searchParams.keys()].some((key) => /^(ssl)?pass(word|file)?$/i.test(key));
}

const place = oneLine
	.regex(
		/^(\/|https?:\/\/|ftp:\/\/|s3:\/\/)/,
		"Enter an absolute path, or an address that begins with http://, ftp:// or s3://",
	)
	.refine((text) => !/(^|\/)\.\.(\/|$)/.test(text), "A path without ..")
	.transform((text) => (text === "/" ? text : text.replace(/\/+$/, "")));

const byName = <V extends z.ZodType>(value: V) =>
	recordOf(z.string().min(1).max(300), value).refine((all) => Object.keys(all).length <= 10_000, "At most 10,000");

const shown = z.enum(["collections", "none"]).default("collections");

export const targetVisibility = z
	.strictObject({
		wcs: z
			.array(z.enum(["coverages", "mosaics"]))
			.default(["coverages", "mosaics"])
			.describe("What its WCS lists by itself: coverages, mosaics. Collections it cannot list."),
		wms: shown.describe("Whether its WMS shows the series as layers: collections or none."),
		os: shown.describe("Whether its OpenSearch shows them; it cannot differ from wms."),
	})
	.refine(({ wms, os }) => wms === os, {
		path: ["os"],
		message: "EOxServer hides a series in WMS and OpenSearch, or in neither: give both the same",
	});

export const targetInput = z.strictObject({
	name: targetName.describe("Its name, by which commands and pages call it."),
	type: z.enum(targetTypes).default("eoxserver").describe("What it is: an EOxServer 1.5 with PostGIS."),
	url: postgresUrl,
	password: z
		.string()
		.min(1)
		.max(20_000)
		.refine(noNul, "A secret cannot contain a NUL character")
		.nullable()
		.optional()
		.describe(
			"The password, where it is not in the url. Kept sealed, never shown. Left out: the stored one stays; null removes it.",
		),
	rangeTypes: byName(
		z
			.string()
			.max(512)
			.regex(/^[A-Za-z0-9_]+$/, "EOxServer's range types have letters, digits and _ only"),
	)
		.default({})
		.describe("Range types (coverage types) that are called otherwise there: ours to theirs."),
	storages: byName(place)
		.default({})
		.describe(
			"Where it sees the files of a storage, if not where eosync does: by the storage's name, a path or an address.",
		),
	containers: z
		.array(eoId)
		.max(100_000)
		.nullable()
		.default(null)
		.describe("The EO IDs of the containers that it gets; left out: all, also those to come."),
	visible: targetVisibility
		.default({ wcs: ["coverages", "mosaics"], wms: "collections", os: "collections" })
		.describe("What its services list."),
	as: z
		.enum(["coverage", "product"])
		.default("coverage")
		.describe("What a dataset is there: a coverage, or a product with a coverage, whose properties can be searched."),
	schedule: z
		.string()
		.trim()
		.max(200)
		.superRefine((expression, context) => {
			const problem = scheduleProblem(expression);
			if (problem !== null) context.addIssue({ code: "custom", message: problem });
		})
		.nullable()
		.optional()
		.describe(
			"When all of it is compared, because syncs do not notice what others change in the target: a cron expression, UTC. Left out: Sundays at 4; null: never.",
		),
});
export type TargetInput = z.infer<typeof targetInput>;
