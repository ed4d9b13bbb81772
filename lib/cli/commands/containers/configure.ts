import { isUtf8 } from "node:buffer";
import type { Stats } from "node:fs";
import { chmod, open, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Command } from "commander";
import { formerIdsAmong } from "#lib/catalog/containers/former-ids.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import type { ContainerInput } from "#lib/catalog/inputs.ts";
import {
	type AppliedPart,
	partLines,
	partObject,
	staysText,
	summaryObject,
} from "#lib/cli/configuration/applied-part.ts";
import { applyConfiguration, checkConfiguration } from "#lib/cli/configuration/apply-configuration.ts";
import { type Configuration, parseConfiguration } from "#lib/cli/configuration/config-file.ts";
import { configurationSchema } from "#lib/cli/configuration/configuration-schema.ts";
import { newFile, updatedFile } from "#lib/cli/configuration/export-file.ts";
import { exportedConfiguration } from "#lib/cli/configuration/exported-configuration.ts";
import { exitStatuses } from "#lib/cli/exit-status.ts";
import { print, warn } from "#lib/cli/output/output.ts";
import { printable } from "#lib/cli/output/table.ts";
import { countsText, sampleText } from "#lib/cli/output/test-lines.ts";
import { withCatalog } from "#lib/cli/with-catalog.ts";
import { dashboardUrl, readEnv, readVariable } from "#lib/env.ts";
import { hasCode, reasonOf, UsageError } from "#lib/errors.ts";
import { findUnmatched, testSource } from "#lib/sync/test-source.ts";
import { noAddress } from "./publish.ts";

export function configureCommand(): Command {
	return new Command("configure")
		.summary("create or update storages and containers to match a file")
		.description(
			"Brings storages and containers in line with a YAML file. Everything in it is checked before anything is written. Nothing is deleted unless --prune is given. A dollar sign and a NAME in braces stand for the environment variable of that name.",
		)
		.argument("[FILE.yaml]", "the configuration file")
		.option("--prune", "delete the containers and storages that are not in the file")
		.option("--check", "say what would be different, and which datasets would be unlinked; change nothing")
		.option("--exit-code", "with --check: exit status 1 if anything would be different, as git diff has it")
		.option("--json", "print an object per line: what became of each, or would, field by field, and a summary")
		.option(
			"--export",
			"write what is in the catalogue, without secrets: to standard output, or into FILE, whose order and comments stay",
		)
		.option("--schema", "print the JSON Schema of configuration files, for editors")
		.addHelpText("after", example)
		.action(async (file: string | undefined, options: ConfigureOptions) => {
			if (options.schema) return print(JSON.stringify(configurationSchema(), null, 2));
			if (options.export) return exportTo(file);
			if (options.exitCode && !options.check) throw new UsageError("--exit-code goes with --check.");
			if (file === undefined) throw new UsageError("Name the configuration file: eosync configure eosync.yaml");
			await configure(file, options);
		});
}

const example = `
Example of a file:
  storages:
    - { name: archive, type: local, root: /data/archive }
  containers:
    - id: MER_FRS_1P_RGB
      kind: dataset-series
      title: MERIS full resolution, RGB
      sources:
        - { storage: archive, path: meris, include: ["*.tif"] }`;

interface ConfigureOptions {
	readonly prune?: boolean;
	readonly check?: boolean;
	readonly exitCode?: boolean;
	readonly schema?: boolean;
	readonly export?: boolean;
	readonly json?: boolean;
}

async function configure(
	file: string,
	{ prune = false, check = false, exitCode = false, json = false }: ConfigureOptions,
): Promise<void> {
	const text = await readText(file);
	const configuration = parseConfiguration({ text, file: resolve(file), variable: readVariable });
	if (configuration.isEmpty) {
		if (prune)
			throw new UsageError(
				`${file} is empty: --prune would delete everything. Write "storages: []" and "containers: []" into it if that is meant.`,
			);
		warn(`${file} is empty: nothing was done.`);
	}
	await withCatalog("configure", async (database) => {
		const parts: AppliedPart[] = [];
		const say = async (part: AppliedPart) => {
			parts.push(part);
			if (json) return print(JSON.stringify(partObject(part)));
			for (const line of partLines(part, { isTrial: check })) await print(line);
			const stays = staysText(part, { isTrial: check });
			if (stays !== null) warn(stays);
		};
		const complete = await (check ? checkConfiguration : applyConfiguration)(database, configuration, { prune, say });
		if (readEnv().url === null && configuration.containers.some(({ publish }) => publish.stac !== "off"))
			warn(noAddress);
		if (check) await readDry(database, configuration, json);
		else await warnOfUnmatched(database, configuration.containers);
		if (json) await print(JSON.stringify(summaryObject(parts, { ok: complete, isTrial: check })));
		const isDifferent = parts.some(({ outcome }) => outcome !== "unchanged" && outcome !== "kept");
		if (!complete || (exitCode && isDifferent)) process.exitCode = exitStatuses.failed;
	});
}

/** Into a file that is there, or a new one; undefined: to standard output. */
async function exportTo(file: string | undefined): Promise<void> {
	const before = file === undefined ? null : await readIfThere(file);
	const text = await withCatalog("configure", async (database) => {
		const exported = await exportedConfiguration(database);
		if (file === undefined || before === null) return newFile(exported, schemaUrl());
		const existing = { text: before, file: resolve(file), variable: readVariable };
		const former = await formerIdsAmong(
			database,
			parseConfiguration(existing).containers.map(({ id }) => id),
		);
		return updatedFile(exported, existing, new Map([...former].map(([id, { container }]) => [id, container])));
	});
	if (file === undefined) return print(text.trimEnd());
	if (text === before) return print(`${file}: unchanged`);
	await (before === null ? writeNew(file, text) : replaceFile(file, { before, text }));
	await print(`${file}: ${before === null ? "written" : "updated"}`);
}

/** null: there is none, or nothing to keep. */
async function readIfThere(file: string): Promise<string | null> {
	const found = await stat(file).catch((cause: unknown) => {
		if (hasCode(cause, "ENOENT")) return null;
		throw notRead(file, cause);
	});
	return found === null || isWrittenInto(found) ? null : readText(file);
}

/** A device or a pipe, such as /dev/null: it has nothing to keep, and a file in its place would be no device any more. */
function isWrittenInto(there: Stats): boolean {
	return there.isCharacterDevice() || there.isFIFO();
}

async function readText(file: string): Promise<string> {
	const bytes = await readFile(file).catch((cause: unknown) => {
		throw notRead(file, cause);
	});
	if (!isUtf8(bytes)) throw new UsageError(`The configuration file ${file} cannot be read: it is not UTF-8.`);
	return bytes.toString("utf8");
}

function notRead(file: string, cause: unknown): UsageError {
	return new UsageError(`The configuration file ${file} cannot be read: ${reasonOf(cause)}.`, { cause });
}

function notWritten(file: string, cause: unknown): UsageError {
	return new UsageError(`The configuration file ${file} cannot be written: ${reasonOf(cause)}.`, { cause });
}

async function writeNew(file: string, text: string): Promise<void> {
	const there = await stat(file).catch(() => null);
	const isNew = there === null || !isWrittenInto(there);
	const output = await open(file, isNew ? "wx" : "w", 0o644).catch((cause: unknown) => {
		throw notWritten(file, cause);
	});
	try {
		await output.writeFile(text);
	} catch (cause) {
		if (isNew) await rm(file, { force: true });
		throw notWritten(file, cause);
	} finally {
		await output.close();
	}
}

/** Readers see it as it was or as it is now, never half of it; what is written into it meanwhile stays. */
async function replaceFile(
	file: string,
	{ before, text }: { readonly before: string; readonly text: string },
): Promise<void> {
	const path = await realpath(file).catch((cause: unknown) => {
		throw notWritten(file, cause);
	});
	const beside = `${path}.${process.pid}.new`;
	try {
		await writeFile(beside, text, { flag: "wx" });
		await chmod(beside, (await stat(path)).mode);
		if ((await readText(path)) !== before)
			throw new UsageError(`${file} was changed meanwhile, and was left as it is: export again.`);
		await rename(beside, path);
	} catch (cause) {
		throw cause instanceof UsageError ? cause : notWritten(file, cause);
	} finally {
		await rm(beside, { force: true });
	}
}

function schemaUrl(): string {
	return `${dashboardUrl(readEnv())}/eosync.schema.json`;
}

/** Time limits for all sources together and for one; the first run looks at sources that were not reached in time. */
const lookMs = { all: 10_000, one: 3000 } as const;
const dryMs = { all: 120_000, one: 14_000 } as const;

/** A slip in a pattern or path is not seen later: the run of a container that finds nothing succeeds. */
async function warnOfUnmatched(database: Database, containers: readonly ContainerInput[]): Promise<void> {
	const ends = performance.now() + lookMs.all;
	for (const { id, sources } of containers) {
		for (const source of sources) {
			const milliseconds = Math.floor(Math.min(lookMs.one, ends - performance.now()));
			if (milliseconds <= 0) return;
			const signal = new AbortController().signal;
			for (const sentence of await findUnmatched(database, source, { signal, milliseconds }))
				warn(`container ${id}: ${source.storage}:/${source.path}: ${sentence}`);
		}
	}
}

/** What the sources of the file would give; storages that are new in it are reached as it describes them. */
async function readDry(database: Database, { storages, containers }: Configuration, json: boolean): Promise<void> {
	const ends = performance.now() + dryMs.all;
	for (const { id, sources } of containers) {
		for (const source of sources) {
			const milliseconds = Math.floor(Math.min(dryMs.one, ends - performance.now()));
			const about = `container ${id}: ${source.storage}:/${source.path}`;
			if (milliseconds < 1000) return warn(`${about} and further sources were not looked at: there was no time left.`);
			const signal = new AbortController().signal;
			const { ok, message, reading } = await testSource(database, source, { signal, milliseconds, drafts: storages });
			if (json) {
				const of = { type: "source", container: id, storage: source.storage, path: source.path };
				await print(JSON.stringify({ ...of, ok, message, counts: reading?.counts ?? null }));
				continue;
			}
			await print(`${about}: ${message}`);
			if (reading === null) {
				if (!ok) warn(`${about}: ${message}`);
				continue;
			}
			await print(`${about}: ${countsText(reading.counts)}`);
			if (reading.cut !== null) await print(`${about}: ${reading.cut}`);
			for (const sample of reading.samples) await print(`  ${printable(sampleText(sample))}`);
		}
	}
}
