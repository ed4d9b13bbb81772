import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it, test } from "vitest";
import type { BatchContainerView, BatchView } from "#lib/catalog/batches/batch-views.ts";
import type { ListedChange } from "#lib/catalog/changes/same-content.ts";
import { containerInput, sourceInput } from "#lib/catalog/inputs.ts";
import type { DatasetDetail } from "#lib/catalog/lives/dataset-detail.ts";
import type { LifeEvent } from "#lib/catalog/lives/dataset-life.ts";
import type { FoundDataset } from "#lib/catalog/lives/dataset-search.ts";
import type { ContainerView } from "#lib/catalog/read-models/container-view.ts";
import type { DatasetView } from "#lib/catalog/read-models/dataset-view.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import type { RejectedFile } from "#lib/catalog/rejections/rejected-files.ts";
import { rejectionObject } from "#lib/cli/commands/runs/rejections.ts";
import { parseConfiguration } from "#lib/cli/configuration/config-file.ts";
import { describedKeys } from "#lib/cli/configuration/configuration-schema.ts";
import {
	batchContainerObject,
	batchObject,
	containerObject,
	datasetLifeObject,
	datasetObject,
	foundObject,
	lifeEventObject,
	listedChangeObject,
	progressEvent,
	runObject,
} from "#lib/cli/output/json.ts";
import { storageConfig } from "#lib/storage/config.ts";
import { exitStatuses } from "./exit-status.ts";

/** The documents say what is true: examples can be used, no key goes undescribed, no link leads nowhere. */

const root = join(import.meta.dirname, "../..");
const textOf = (path: string) => readFileSync(join(root, path), "utf8");

describe("examples", () => {
	const files = readdirSync(join(root, "examples")).filter((name) => name.endsWith(".yaml"));

	it.each(files)("%s is a configuration", (name) => {
		const { containers } = parseConfiguration({
			text: textOf(`examples/${name}`),
			file: join(root, "examples", name),
			variable: (variable) => `value of ${variable}`,
		});
		expect(containers.length).toBeGreaterThan(0);
		expect(textOf("examples/README.md")).toContain(`(${name})`);
	});

	it("show every kind of storage", () => {
		const kinds = storageConfig.options.map(({ shape }) => shape.type.value);
		expect(files.map((name) => name.replace(".yaml", "")).sort()).toEqual([...kinds].sort());
	});
});

describe("docs", () => {
	const options = Object.keys(sourceInput.shape).filter((key) => key !== "storage");
	it.each(options)("configuration.md describes the source option %s, with an example", (key) => {
		expect(textOf("docs/configuration.md")).toMatch(new RegExp(`^### .*\`${key}\``, "m"));
	});

	it.each(Object.keys(containerInput.shape))("configuration.md describes the container's key %s", (key) => {
		expect(textOf("docs/configuration.md")).toContain(`\n| \`${key}\` `);
	});

	const guide = ["configuration", "storages", "operating"].map((name) => textOf(`docs/${name}.md`)).join("\n");
	const examples = [...guide.matchAll(/^```yaml\n([^`]*(?:`(?!``)[^`]*)*)^```/gm)].map(([, text = ""]) => text);
	const exampleFiles = readdirSync(join(root, "examples")).filter((name) => name.endsWith(".yaml"));
	const written = [...examples, ...exampleFiles.map((name) => textOf(`examples/${name}`))].join("\n");
	it.each([...new Set(describedKeys().map(({ key }) => key))])(
		"the guides describe the key %s of a file, and show it",
		(key) => {
			expect(guide).toMatch(new RegExp(`\`${key}(:[^\`]*)?\`|\\b${key}:`));
			expect(written).toMatch(new RegExp(`\\b${key}:`));
		},
	);

	it.each(examples.filter((text) => /^(storages|containers|backup):/m.test(text)).map((text) => [text]))(
		"the example can be used:\n%s",
		(text) => {
			const file = { text, file: "/eosync.yaml", variable: (name: string) => `value of ${name}` };
			expect(() => parseConfiguration(file)).not.toThrow();
		},
	);

	const progress = { phase: "scanning", done: 0, total: null, files: 0, current: "" } as const;
	const batch: BatchView = {
		batch: 1,
		kind: "sync",
		trigger: "dashboard",
		actor: "",
		ofAll: true,
		state: "running",
		total: 0,
		done: 0,
		waiting: 0,
		running: 0,
		leftOut: 0,
		gone: 0,
		succeeded: 0,
		partial: 0,
		failed: 0,
		held: 0,
		planned: 0,
		runsCancelled: 0,
		superseded: 0,
		perMinute: null,
		secondsLeft: null,
		createdAt: "",
		finishedAt: null,
		pausedBy: null,
		cancelledBy: null,
		onConsole: false,
		retries: null,
		afterRun: 0,
		readAt: 0,
	};
	const printed = {
		"progress events": progressEvent({ progress } as RunView),
		runs: runObject({ seconds: null } as RunView),
		containers: containerObject({ lastRun: null } as ContainerView, null),
		datasets: datasetObject({ bands: [] } as Pick<DatasetView, "bands"> as DatasetView),
		batches: batchObject(batch),
		"the containers of a batch": batchContainerObject({ run: null } as BatchContainerView),
		changes: listedChangeObject({} as ListedChange),
		"rejected files": rejectionObject({} as RejectedFile),
		"a dataset": datasetLifeObject({ state: null } as DatasetDetail),
		"what happened to it": lifeEventObject({} as LifeEvent),
		"datasets that were found": foundObject({} as FoundDataset),
	};
	it.each(Object.entries(printed).flatMap(([what, object]) => Object.keys(object).map((key) => [what, key] as const)))(
		"command-line.md describes the key that --json prints of %s: %s",
		(_, key) => {
			expect(textOf("docs/command-line.md")).toMatch(new RegExp(`^\\| .*\`${key}\``, "m"));
		},
	);

	it.each(Object.values(exitStatuses))("command-line.md describes the exit status %d", (status) => {
		expect(textOf("docs/command-line.md")).toMatch(new RegExp(`^\\| ${status} +\\|`, "m"));
	});

	it.each(
		storageConfig.options.flatMap(({ shape }) => Object.keys(shape).map((key) => [shape.type.value, key] as const)),
	)("storages.md describes the key of %s storages %s", (_, key) => {
		expect(textOf("docs/storages.md")).toMatch(new RegExp(`\`${key}(:[^\`]*)?\`|\\b${key}:`));
	});
});

const documents = [
	...["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "examples/README.md"],
	...["docs", "docs/decisions"].flatMap((folder) =>
		readdirSync(join(root, folder))
			.filter((name) => name.endsWith(".md"))
			.map((name) => `${folder}/${name}`),
	),
	...readdirSync(join(root, "lib"), { recursive: true, encoding: "utf8" })
		.filter((path) => path.endsWith("README.md"))
		.map((path) => `lib/${path}`),
];

test.each(documents)("links and paths of %s lead somewhere", (document) => {
	const text = textOf(document);
	const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = ""]) =>
		/^https?:/.test(link) ? [] : [link],
	);
	const broken = links.filter((link) => {
		const [path = "", anchor] = link.split("#");
		const target = path === "" ? document : join(dirname(document), path);
		if (!existsSync(join(root, target))) return true;
		return anchor !== undefined && !headingsOf(textOf(target)).includes(anchor);
	});
	expect(broken).toEqual([]);
	expect(sourcesIn(text).filter((path) => !exists(path, document) && !placeholders.test(path))).toEqual([]);
});

/** What documents name without meaning a file of the sources. */
const placeholders = /NAME|FEATURE|^postgres\.js$|^gdal3\.js$|^name\/$|^dist\/$/;

const rooms = ["lib", "app", "components", "e2e", "bench", "chaos", "deploy", "release", ".ci", ".github", "drizzle"];
const sources = ["", ...rooms].flatMap((room) =>
	readdirSync(join(root, room), { recursive: room !== "", encoding: "utf8" }).map((path) => join(room, path)),
);

/** Files and folders of the sources as documents name them: `lib/sync/sync.ts`, `share/`, also in pictures. */
function sourcesIn(text: string): readonly string[] {
	const files = [...text.matchAll(/(?<![\w./:*-])[\w.][\w./[\]-]*\.(?:ts|tsx|js|mjs)\b(?![\w(])/g)].map(
		([path]) => path,
	);
	const words = [...text.matchAll(/`([^`\n]+)`/g)].flatMap(([, code = ""]) => code.split(" "));
	const folders = words.filter((word) => /^[a-z0-9.-]+(\/[a-z0-9-]+)*\/$/.test(word));
	const inRooms = [...text.matchAll(/`((?:lib|app|components|chaos|e2e|bench|deploy)(?:\/[\w-]+)+)`/g)];
	return [...new Set([...files, ...folders, ...inRooms.map(([, path = ""]) => path)])];
}

/** From the root, from `lib`, beside the document, or as the end of a path. */
function exists(path: string, document: string): boolean {
	const candidates = [path, `lib/${path}`, join(dirname(document), path)];
	const end = `/${path.replace(/\/$/, "")}`;
	return (
		candidates.some((candidate) => existsSync(join(root, candidate))) ||
		sources.some((source) => `/${source}`.endsWith(end))
	);
}

/** Anchors as Markdown viewers make them of headings. */
function headingsOf(text: string): readonly string[] {
	return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
		heading
			.toLowerCase()
			.replace(/[^\p{L}\p{N} _-]/gu, "")
			.replaceAll(" ", "-"),
	);
}

test("the README is one page", () => {
	expect(textOf("README.md").trimEnd().split("\n").length).toBeLessThanOrEqual(110);
	expect(textOf("README.md")).toContain("npm ci && npm test");
});
