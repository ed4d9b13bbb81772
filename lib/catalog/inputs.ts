import { z } from "zod";
import { containerSchedule, timeZone } from "#lib/catalog/schedules/schedule-input.ts";
import { lookupTable } from "#lib/lookup-table.ts";
import { ftpConfig, httpConfig, localConfig, rasdamanConfig, s3Config, sftpConfig } from "#lib/storage/config.ts";

/** What may be written into the catalogue from outside: forms, the configuration file, scripts. Client-safe. */

/** An EO ID is an NCName (XML namespaces 1.0, ASCII and letters of any script; no colon). */
export const eoId = z
	.string()
	.min(1, "Enter an ID")
	.max(255, "An ID has at most 255 characters")
	.regex(
		/^[\p{L}_][\p{L}\p{N}\p{M}_.\-·]*$/u,
		"An ID begins with a letter or _ and holds only letters, digits, _ - and .",
	);

/** Values by names of others' choice. `__proto__`, which zod's own record drops without a word, is refused. */
export const recordOf = <V extends z.ZodType>(name: z.ZodString, value: V) =>
	z.preprocess(
		(given, { addIssue }) => {
			if (typeof given === "object" && given !== null && Object.hasOwn(given, "__proto__"))
				addIssue({ code: "custom", message: "Nothing can be called __proto__", path: ["__proto__"] });
			return given;
		},
		z.record(name, value),
	);

const finite = z.number().refine(Number.isFinite, "Enter a number");
const storagePath = z
	.string()
	.transform((path) => path.replace(/^\/+|\/+$/g, "").replace(/^\.$/, ""))
	.refine((path) => !/\0|(^|\/)\.\.?(\/|$)|\/\//.test(path), "A path below the storage's root, without . or ..");
const metadataPath = storagePath.refine(
	(path) => !/[{}]/.test(path.replace(/\{(folder|collection)\}/g, "")),
	"Braces only as {folder}, the path below the source, or {collection}, the folder's own name",
);
const pattern = z.string().min(1, "Enter a pattern").max(1000);
/** Whether it can be matched in linear time is asked by `requirePatterns`, on the server. */
const fileName = z
	.string()
	.max(1000)
	.regex(/\(\?P?<(begin|end|id)>/, "Enter a regular expression with at least one of the named groups begin, end, id");

export const mosaicGrid = z.object({
	crs: z
		.string()
		.regex(/^EPSG:\d{1,6}$/, "Enter a CRS such as EPSG:4326")
		.describe('Its coordinate reference system, such as "EPSG:4326".'),
	origin: z.tuple([finite, finite]).describe("The upper left corner, in units of the CRS: x, y."),
	resolution: z
		.tuple([finite.positive(), finite.positive()])
		.describe("A pixel's width and height, in units of the CRS."),
	size: z.tuple([z.int().positive(), z.int().positive()]).describe("Width and height in pixels."),
});

export const sourceInput = z
	.strictObject({
		storage: z.string().min(1, "Choose a storage").describe("The name of the storage on which the files are."),
		path: storagePath
			.default("")
			.describe("The folder below the storage's root in which the source begins; left out, the root itself."),
		include: z
			.array(pattern)
			.min(1, "Enter at least one pattern")
			.describe(
				"Patterns of data files. Without / they match names in any folder, with / the path below the source's.",
			),
		exclude: z.array(pattern).default([]).describe("Patterns of what is left out, as in include."),
		metadata: z
			.array(
				pattern.refine(
					(name) => !name.includes("/"),
					"A metadata file is in the folder of its data file: leave out the /",
				),
			)
			.default(["{stem}.xml"])
			.describe(
				"Names of metadata files beside a data file; {stem} is its name without extension. They are read in turn.",
			),
		metadataStorage: z
			.string()
			.min(1)
			.nullable()
			.default(null)
			.describe("The storage that the metadata files are on; left out, they are beside their data files."),
		metadataPath: metadataPath
			.default("")
			.describe(
				"Their folder there. {folder} is the data file's folder below the source, {collection} its name alone.",
			),
		rangeType: z
			.string()
			.min(1)
			.nullable()
			.default(null)
			.describe("The range type (the bands) of files that name none themselves."),
		fileName: fileName
			.nullable()
			.default(null)
			.describe("A regular expression (RE2) with named groups begin, end, id: what file names say, as a last resort."),
		timeZone: timeZone.default("UTC").describe("The IANA time zone of times that have none."),
		symlinks: z.enum(["skip", "follow"]).default("skip").describe("Whether symbolic links are followed."),
		marker: z
			.string()
			.min(1)
			.refine((name) => !name.includes("/"), "The file is at the source's root: leave out the /")
			.nullable()
			.default(null)
			.describe("A file that must be at the source's root; while it is not, the source counts as unreachable."),
		checksum: z.boolean().default(false).describe("Compare files by a checksum of their content, too. It reads them."),
		stableFor: z
			.int()
			.min(0)
			.max(31_536_000)
			.default(0)
			.describe("Seconds that a file must be unchanged before it is read."),
		watch: z
			.boolean()
			.default(false)
			.describe(
				"A change asks for a sync within seconds; where changes cannot be seen, one is asked for every few minutes.",
			),
	})
	.refine(({ metadataStorage, metadataPath: path }) => metadataStorage !== null || path === "", {
		path: ["metadataPath"],
		message: "Only with metadataStorage: otherwise metadata files are beside their data files",
	});
export type SourceInput = z.infer<typeof sourceInput>;

/** How much a run may do without an approval. null: any number. Left out: the default. */
const guardLimit = z
	.union([z.string().transform((text) => text.replaceAll(" ", "")), z.int().min(0).transform(String)])
	.refine(
		(text) => /^(\d{1,9}|(\d|[1-9]\d|100)%|(\d{1,3}|1000)‰)$/.test(text),
		'Enter a share such as "20%" or "5‰", or a number',
	)
	.nullable()
	.optional();

export const guardRules = z.strictObject({
	maxRemovals: guardLimit.describe("How many datasets may be removed and unlinked together; null: any number."),
	maxUpdates: guardLimit.describe("How many datasets may be updated; null: any number."),
	maxRejections: guardLimit.describe("How many registered datasets may become unreadable; null: any number."),
	emptied: z.enum(["hold", "allow"]).optional().describe("What happens to a source that holds no data file any more."),
});

/** Seconds in a unit. */
const unitSeconds = lookupTable<number>({ s: 1, m: 60, h: 3600, d: 86_400 });
const maxRipening = 365 * 86_400;

/** `"24h"` as seconds. */
const duration = z
	.union([
		z.string().regex(/^\d{1,8}\s*[smhd]$/, 'Enter a duration such as "24h", "30m" or "2d"'),
		z
			.int()
			.min(0)
			.transform((seconds) => `${seconds}s`),
	])
	.refine((text) => secondsOf(text) <= maxRipening, "At most a year")
	.transform((text) => text.replace(/\s/g, ""));

export function secondsOf(text: string): number {
	return Number.parseInt(text, 10) * (unitSeconds[text.at(-1) ?? ""] ?? Number.NaN);
}

/** Returns the seconds in the largest unit that divides them. */
export function durationOf(seconds: number): string {
	const [unit, size] = Object.entries(unitSeconds).findLast(([, size]) => seconds % size === 0 && seconds >= size) ?? [
		"s",
		1,
	];
	return `${seconds / size}${unit}`;
}

/** When to remove a dataset whose file is no longer listed: after so many complete listings, and not before so much time. */
export const removalRules = z.strictObject({
	looks: z.int().min(1).max(100).default(1).describe("How many complete listings must lack the file."),
	after: duration.default("0s").describe('How long after the first of them at the earliest, such as "24h".'),
});

/** Who may read a container by the STAC API. */
export const stacAccesses = ["off", "token", "public"] as const;
export type StacAccess = (typeof stacAccesses)[number];

export const publishRules = z.strictObject({
	stac: z
		.enum(stacAccesses)
		.default("off")
		.describe(
			"Who may read it by the STAC API: nobody (off), who has a token of role viewer (token), everyone (public).",
		),
});

export const containerInput = z
	.strictObject({
		id: eoId.describe("The EO ID: begins with a letter or _, then letters, digits, _, - and ."),
		kind: z
			.enum(["dataset-series", "rectified-stitched-mosaic"])
			.describe("A dataset series, or a mosaic whose datasets share one grid."),
		title: z.string().max(1000).default("").describe("Shown beside the ID."),
		schedule: containerSchedule
			.default(null)
			.describe(
				'When it is synced by itself: a cron expression, an object, or "by hand". Left out: the default schedule.',
			),
		guard: guardRules
			.default({})
			.describe("How much a run may do without a person: a number, a share, or null for no limit."),
		removals: removalRules
			.default({ looks: 1, after: "0s" })
			.describe("How often, and for how long, a file must be missing before its dataset is removed."),
		retentionDays: z
			.int()
			.min(1)
			.max(36_500)
			.default(90)
			.describe("For how many days removed datasets can be brought back, and changes are kept."),
		publish: publishRules.default({ stac: "off" }).describe("How it is served to others."),
		grid: mosaicGrid
			.nullable()
			.default(null)
			.describe("Of a mosaic: the grid that its datasets share. Left out: the first dataset's."),
		rangeType: z
			.string()
			.min(1)
			.nullable()
			.default(null)
			.describe("Of a mosaic: the range type that its datasets have. Of a series: that of files that have no other."),
		sources: z.array(sourceInput).default([]).describe("Where its files are."),
	})
	.refine((container) => container.kind === "rectified-stitched-mosaic" || container.grid === null, {
		path: ["grid"],
		message: "Only a rectified stitched mosaic has a grid",
	});
export type ContainerInput = z.infer<typeof containerInput>;

const storageName = z
	.string()
	.min(1, "Enter a name")
	.max(100)
	.regex(/^[^\s/]+$/, "Enter a name without spaces or /")
	.describe("Its name, by which sources refer to it.");
/**
 * A secret (and an SSH server's key) that is left out stays what it was; null removes it. See `secretFields` of
 * `lib/storage/config.ts`.
 */
export const storageInput = z.discriminatedUnion("type", [
	localConfig.extend({ name: storageName }),
	ftpConfig.extend({ name: storageName, password: ftpConfig.shape.password.nullable() }),
	sftpConfig.extend({
		name: storageName,
		password: sftpConfig.shape.password.nullable(),
		privateKey: sftpConfig.shape.privateKey.nullable(),
		passphrase: sftpConfig.shape.passphrase.nullable(),
		hostKey: sftpConfig.shape.hostKey.nullable(),
	}),
	s3Config.extend({
		name: storageName,
		secretAccessKey: s3Config.shape.secretAccessKey.nullable(),
		sessionToken: s3Config.shape.sessionToken.nullable(),
	}),
	httpConfig.extend({
		name: storageName,
		password: httpConfig.shape.password.nullable(),
		token: httpConfig.shape.token.nullable(),
	}),
	rasdamanConfig.extend({ name: storageName, password: rasdamanConfig.shape.password.nullable() }),
]);
export type StorageInput = z.infer<typeof storageInput>;

/** Why an operator lets a held run go on; kept with the run. */
export const approvalReason = z.string().trim().min(3, "Say why, in at least 3 characters").max(2000);

/** When an exception ends by itself: when its file becomes another one, or never. */
export const exceptionEnds = ["until-changed", "for-good"] as const;
export type ExceptionEnd = (typeof exceptionEnds)[number];

/** Why changes are kept out of a container's plans, and for how long. */
export const keepOutInput = z.strictObject({
	until: z.enum(exceptionEnds),
	note: z.string().trim().min(3, "Say why, in at least 3 characters").max(2000),
});

const patterns = z.array(pattern).max(100);
const changeIds = z.array(z.int().positive()).max(100_000);
const folders = z.array(z.string().max(5000)).max(10_000);

/**
 * What of a plan is applied: all of it, unless `only`, `changes` or `folders` name something. What is most specific counts: a
 * change by its id, then the deepest folder above it, then patterns, `except` before `only`. Patterns are as in sources.
 */
export const planSelection = z.strictObject({
	only: patterns.default([]),
	except: patterns.default([]),
	changes: changeIds.default([]),
	/** With all folders below. */
	folders: folders.default([]),
	leaveChanges: changeIds.default([]),
	leaveFolders: folders.default([]),
	/** null: what is left out is left for later. */
	keepOut: keepOutInput.nullable().default(null),
});
export type PlanSelection = z.infer<typeof planSelection>;
export type PlanSelectionInput = z.input<typeof planSelection>;

export const containerIds = z.array(eoId).min(1, "Select at least one container").max(10_000);
export const runId = z.int().positive();
/** Those that one request approves. */
export const runIds = z.array(runId).min(1, "Select at least one run").max(1000, "At most 1,000 runs at once");
/** Runs by their numbers, or those that wait in containers. */
export const waitingRuns = z.union([z.strictObject({ runs: runIds }), z.strictObject({ containers: containerIds })]);
export type WaitingRuns = z.infer<typeof waitingRuns>;
export const batchId = z.int().positive();

export const changeActions = ["added", "removed", "updated", "moved", "linked", "unlinked", "rejected"] as const;
export type ChangeAction = (typeof changeActions)[number];
export const changeOutcomes = ["planned", "applied", "skipped", "failed"] as const;
export type ChangeOutcome = (typeof changeOutcomes)[number];

/** A time from outside, ISO 8601 in UTC, as far as PostgreSQL has it: there is no year 0, and nothing below a microsecond. */
export const instantInput = z.iso
	.datetime()
	.refine((text) => !/^0000|\.\d{7}/.test(text), "Enter a year from 1 to 9999, and at most microseconds");
