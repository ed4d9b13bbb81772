import { stat, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Command } from "commander";
import { type StorageInput, storageInput } from "#lib/catalog/inputs.ts";
import { configToTry, reconcile } from "#lib/catalog/secrets/storage-secrets.ts";
import { storageAccess } from "#lib/catalog/storages/storage-access.ts";
import type { Suggestion, Survey } from "#lib/catalog/storages/survey-views.ts";
import { exitStatuses } from "#lib/cli/exit-status.ts";
import { print } from "#lib/cli/output/output.ts";
import { printable, tableLines } from "#lib/cli/output/table.ts";
import { sampleText } from "#lib/cli/output/test-lines.ts";
import { readEnv } from "#lib/env.ts";
import { hasCode, reasonOf, UsageError } from "#lib/errors.ts";
import { commandName } from "#lib/installation.ts";
import { formatPlural } from "#lib/numbers.ts";
import { openWithin } from "#lib/sync/storages/open-stored.ts";
import { survey } from "#lib/sync/survey/survey.ts";
import { messagesInOneLine } from "#lib/validation-messages.ts";

export function initCommand(): Command {
	return new Command("init")
		.summary("look what lies in a folder, and write a configuration file for it")
		.description(
			"Looks through a folder, or an address (https://…, ftp://host/path, s3://bucket/prefix) that needs no password, tries how its files would be read, and writes a commented configuration file with a container for each kind. An existing file is never overwritten; the database is not needed.",
		)
		.argument("<DIR>", "a folder, or an address")
		.option("--output <FILE>", "the file to write", "eosync.yaml")
		.option("--name <NAME>", "what the storage is to be called", "archive")
		.option("--seconds <N>", "how long it may look, at most", "60")
		.option("--print", "print the file instead of writing it")
		.action((folder: string, options: InitOptions) => init(folder, options));
}

interface InitOptions {
	readonly output: string;
	readonly name: string;
	readonly seconds: string;
	readonly print?: true;
}

async function init(folder: string, options: InitOptions): Promise<void> {
	const { output, name } = options;
	const seconds = Number(options.seconds);
	if (!(seconds >= 1 && seconds <= 3600)) throw new UsageError("--seconds: give a number from 1 to 3600.");
	if (options.print !== true && (await exists(output))) throw new UsageError(existsText(output));
	const config = storageOf(folder, name);
	const stopped = new AbortController();
	const stop = () => stopped.abort(new UsageError("Interrupted; nothing was written."));
	process.once("SIGINT", stop).once("SIGTERM", stop);
	try {
		await using storage = await openWithin(configToTry(reconcile(config, null), []), storageAccess(readEnv()).policy, {
			remember: async () => {},
		});
		const found = await survey(storage, { name, path: "", milliseconds: seconds * 1000, signal: stopped.signal });
		if (options.print === true) return await print(fileText(config, found).trimEnd());
		for (const line of foundLines(found)) await print(printable(line));
		if (found.suggestions.length === 0) {
			process.exitCode = exitStatuses.failed;
			return await print("Nothing that a reader knows was found; no file was written.");
		}
		await writeFile(output, fileText(config, found), { flag: "wx" }).catch((cause: unknown) => {
			throw new UsageError(
				hasCode(cause, "EEXIST") ? existsText(output) : `${output} cannot be written: ${reasonOf(cause)}.`,
				{ cause },
			);
		});
		await print(`\nWritten to ${output}. Look it over, then:`);
		await print(`  ${commandName} configure ${output} --check     # what it would do, and how files would be read`);
		await print(`  ${commandName} configure ${output} && ${commandName} check --all`);
	} finally {
		process.off("SIGINT", stop).off("SIGTERM", stop);
	}
}

const existsText = (file: string) => `${file} exists already and stays as it is; choose another one by --output.`;

async function exists(file: string): Promise<boolean> {
	return stat(file).then(
		() => true,
		(error: unknown) => {
			if (hasCode(error, "ENOENT")) return false;
			throw new UsageError(`${file} cannot be written: ${reasonOf(error)}.`, { cause: error });
		},
	);
}

/** @throws UsageError for an address of another kind. */
function storageOf(place: string, name: string): StorageInput {
	const parsed = storageInput.safeParse({ name, ...configOf(place) });
	if (parsed.success) return parsed.data;
	throw new UsageError(`${place}: ${messagesInOneLine(parsed.error)}.`);
}

function configOf(place: string): object {
	const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(place)?.[1]?.toLowerCase();
	if (scheme === undefined) return { type: "local", root: resolve(place) };
	if (!URL.canParse(place)) throw new UsageError(`${place} is no address.`);
	const { hostname, port, pathname, password, username } = new URL(place);
	if (password !== "")
		throw new UsageError("Leave the password out; storages with one are added on the page, or in the file.");
	const path = decodeURIComponent(pathname);
	switch (scheme) {
		case "http":
		case "https":
			return { type: "http", url: place.endsWith("/") ? place : `${place}/` };
		case "ftp":
			return {
				type: "ftp",
				host: hostname,
				...(port === "" ? {} : { port: Number(port) }),
				...(username === "" ? {} : { user: decodeURIComponent(username) }),
				root: path === "" ? "/" : path,
			};
		case "s3":
			return { type: "s3", bucket: hostname, prefix: path.replace(/^\//, ""), credentials: "anonymous" };
		default:
			throw new UsageError(
				`${scheme}:// is not looked at by init: give a folder, https://, ftp:// or s3://. Other storages are added on the page, or in the file.`,
			);
	}
}

function foundLines(found: Survey): readonly string[] {
	const { files, folders, bytes, leftOut, kinds, suggestions, cut, problems } = found;
	const { hidden, links, special, unreadable } = leftOut;
	const passed = [
		[hidden, "with a dot skipped"],
		[links, "links skipped"],
		[special, "special files skipped"],
		[unreadable, "unreadable"],
	].flatMap(([count, text]) => (count === 0 ? [] : [`${count} ${text}`]));
	return [
		[
			`${formatPlural(files, "file")} in ${formatPlural(folders, "folder")}, ${(bytes / 1e6).toFixed(1)} MB`,
			...passed,
		].join(", "),
		...kindLines(kinds),
		...problems,
		...(cut === null ? [] : [cut]),
		...suggestions.flatMap((suggestion) => ["", ...suggestionLines(suggestion)]),
	];
}

function kindLines(kinds: Survey["kinds"]): readonly string[] {
	return tableLines(
		kinds
			.slice(0, 12)
			.map(({ ending, files, example }) => [
				`  ${ending === "" ? "(no ending)" : `.${ending}`}`,
				formatPlural(files, "file"),
				example,
			]),
	);
}

function suggestionLines({
	title,
	container,
	source,
	message,
	readers,
	notes,
	reading,
}: Suggestion): readonly string[] {
	const by = readers.length === 0 ? "" : ` Read as ${readers.join(", ")}.`;
	return [
		`${container}: ${title}, ${source.include.join(" ")} in /${source.path}`,
		`  ${message}${by}`,
		...notes.map((note) => `  ${note}`),
		...reading.samples.slice(0, 3).map((sample) => `  ${sampleText(sample)}`),
	];
}

/** What nothing can be read of is in the file, too, as a comment. */
function fileText(config: StorageInput, found: Survey): string {
	const { name, type, ...rest } = config;
	const storage = Object.entries({ name, type, ...rest }).filter(([, value]) => value !== undefined);
	const place = "root" in config ? config.root : "url" in config ? config.url : name;
	const entries = found.suggestions.map((suggestion) => containerText(suggestion));
	const useful = found.suggestions.some(isUseful);
	return [
		...comment(
			`Written by "eosync init" for ${place}: ${formatPlural(found.files, "file")} in ${formatPlural(found.folders, "folder")}. ${found.cut ?? ""}`,
		),
		`# Look it over, then: ${commandName} configure FILE --check. Every key: docs/configuration.md.`,
		"storages:",
		`  - { ${storage.map(([key, value]) => `${key}: ${scalar(value)}`).join(", ")} }`,
		useful ? "containers:" : "containers: []",
		...entries.flat(),
		"",
	].join("\n");
}

const isUseful = ({ reading }: Suggestion) => reading.samples.some(({ dataset }) => dataset !== null);

function containerText(suggestion: Suggestion): readonly string[] {
	const { title, container, source, message, readers, notes } = suggestion;
	const { storage, path, include, exclude, metadata, metadataStorage, metadataPath, fileName } = source;
	const keys = [
		["storage", storage],
		...(path === "" ? [] : [["path", path]]),
		["include", include],
		...(exclude.length === 0 ? [] : [["exclude", exclude]]),
		["metadata", metadata],
		...(metadataStorage === null
			? []
			: [
					["metadataStorage", metadataStorage],
					["metadataPath", metadataPath],
				]),
		...(fileName === null ? [] : [["fileName", fileName]]),
	] as const;
	const lines = [
		`- id: ${scalar(container)}`,
		"  kind: dataset-series",
		`  title: ${scalar(title)}`,
		"  sources:",
		...keys.map(([key, value], i) => `    ${i === 0 ? "- " : "  "}${key}: ${scalar(value)}`),
	];
	const said = [message, readers.length === 0 ? "" : `Read as ${readers.join(", ")}.`, ...notes].filter(Boolean);
	return [
		"",
		...said.flatMap((text) => comment(text).map((line) => `  ${line}`)),
		...lines.map((line) => (isUseful(suggestion) ? `  ${line}` : `  # ${line}`)),
	];
}

function comment(text: string): readonly string[] {
	return [`# ${printable(text).trim()}`];
}

/** JSON is YAML, whatever a name holds. */
function scalar(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(scalar).join(", ")}]`;
	if (
		typeof value === "string" &&
		/^[A-Za-z_][A-Za-z0-9_-]*$/.test(value) &&
		!/^(true|false|null|yes|no|on|off|y|n)$/i.test(value)
	)
		return value;
	// A dollar before a brace would stand for a variable.
	return JSON.stringify(value).replaceAll("${", () => "$${");
}
