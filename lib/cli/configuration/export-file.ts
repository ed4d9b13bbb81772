import { type Document, isMap, isNode, isScalar, isSeq, parseDocument, visit, type YAMLMap, YAMLSeq } from "yaml";
import { UsageError } from "#lib/errors.ts";
import { type ConfigurationFile, parseConfiguration } from "./config-file.ts";
import { type ExportedConfiguration, exportedInputs, type Plain } from "./exported-configuration.ts";
import { isSame } from "./is-same.ts";

/** Configuration files as `configure --export` writes them: a new one, or one that is there, whose order and comments stay the operator's. */

/** @param schemaUrl the address of the JSON Schema, for editors */
export function newFile(exported: ExportedConfiguration, schemaUrl: string): string {
	const document = parseDocument("storages: []\ncontainers: []\n");
	update(document, exported, { storages: [], containers: [], targets: [], schedule: undefined, backup: undefined });
	return `# yaml-language-server: $schema=${schemaUrl}\n${document.toString({ lineWidth: 0 })}`;
}

/** The EO IDs that containers have now, by those they had before. */
type CurrentIds = ReadonlyMap<string, string>;

/**
 * The text of the file, brought in line with the catalogue: what says the same stays as it is written, with `${NAME}` and relative paths.
 * @throws UsageError when it is not a valid configuration file.
 */
export function updatedFile(
	exported: ExportedConfiguration,
	existing: ConfigurationFile,
	currentIds: CurrentIds = new Map(),
): string {
	const { text } = existing;
	const read = parseDocument(text);
	// A file of comments only keeps them.
	const document = read.contents === null ? parseDocument(`${text}\nstorages: []\n`) : read;
	if (!update(document, exported, exportedInputs(parseConfiguration(existing)), currentIds)) return text;
	const written = inStyleOf(text, document);
	const now = exportedInputs(parseConfiguration({ ...existing, text: written }));
	if (!isSame(sorted(now), sorted(exported)))
		throw new UsageError(
			`${existing.file} cannot be brought in line where it stands, because parts of it are shared (& and *). Export to a new file.`,
		);
	return written;
}

/** Indents lists and pads `{ }` and `[]` as the text does. */
function inStyleOf(text: string, document: Document): string {
	const isPadded = (bracket: string) => text.includes(`${bracket} `);
	if (isPadded("{") && !isPadded("["))
		visit(document, {
			Collection(_, node) {
				const asText = node.toString;
				const flowCollectionPadding = isSeq(node) ? "" : " ";
				node.toString = (context, ...others) =>
					asText.call(node, context && { ...context, flowCollectionPadding }, ...others);
			},
		});
	return document.toString({
		lineWidth: 0,
		indentSeq: !/^(?:storages|containers|targets):[^\n]*\n(?:\s*#[^\n]*\n)*- /m.test(text),
		flowCollectionPadding: isPadded("{") || isPadded("[") || !/[[{]/.test(text),
	});
}

/** As both are compared: order is the operator's. */
function sorted({ storages, containers, targets, schedule, backup }: Said): Said {
	const by = (key: string) => (a: Plain, b: Plain) => (String(a[key]) < String(b[key]) ? -1 : 1);
	return {
		storages: storages.toSorted(by("name")),
		containers: containers.toSorted(by("id")),
		targets: targets.toSorted(by("name")),
		schedule,
		backup,
	};
}

type Said = Pick<ExportedConfiguration, "storages" | "containers" | "targets" | "schedule" | "backup">;

/** Returns whether anything is different. */
function update(
	document: Document,
	exported: ExportedConfiguration,
	said: Said,
	currentIds: CurrentIds = new Map(),
): boolean {
	const named = new Set(said.containers.map(({ id }) => id));
	const nameOf = (part: Plain) => {
		const current = currentIds.get(String(part.id)) ?? part.id;
		return current === part.id || named.has(current) ? part.id : current;
	};
	const storages = updateParts(document, "storages", {
		exported,
		said: said.storages,
		key: "name",
		nameOf: ({ name }) => name,
	});
	const containers = updateParts(document, "containers", { exported, said: said.containers, key: "id", nameOf });
	const targets = updateParts(document, "targets", {
		exported,
		said: said.targets,
		key: "name",
		nameOf: ({ name }) => name,
	});
	const settings = (["schedule", "backup"] as const).filter((key) => !isSame(said[key], exported[key]));
	for (const key of settings) {
		if (exported[key] === undefined) document.delete(key);
		else document.set(key, document.createNode(escaped(exported[key])));
	}
	return storages || containers || targets || settings.length > 0;
}

interface Parts {
	readonly exported: ExportedConfiguration;
	/** In the order of the file. */
	readonly said: readonly Plain[];
	readonly key: "name" | "id";
	/** What it is called now. */
	readonly nameOf: (part: Plain) => unknown;
}

function updateParts(
	document: Document,
	list: "storages" | "containers" | "targets",
	{ exported, said, key, nameOf }: Parts,
): boolean {
	const missing = new Map(exported[list].map((part) => [part[key], part]));
	const written = document.get(list);
	const nodes = isSeq(written) ? written : new YAMLSeq(document.schema);
	commentToFirst(nodes);
	let isChanged = false;
	const kept = nodes.items.filter((node, index) => {
		const before = said[index] ?? {};
		const now = missing.get(nameOf(before));
		missing.delete(nameOf(before));
		if (now !== undefined && isMap(node)) isChanged = updateMap(document, node, { now, said: before }) || isChanged;
		return now !== undefined;
	});
	const added = [...missing.values()].map((part) =>
		newPart(document, part, exported.secrets[list].get(String(part.name)) ?? []),
	);
	if (kept.length === nodes.items.length && added.length === 0) return isChanged;
	nodes.items = [...kept, ...added];
	if (added.length > 0) nodes.flow = false;
	if (nodes !== written) document.set(list, nodes);
	return true;
}

/** A storage, container or target that the file did not have. */
function newPart(document: Document, part: Plain, secrets: readonly string[]): YAMLMap {
	const node = document.createNode(escaped(part)) as YAMLMap;
	const hints = secrets.map((secret) => ` ${secret}: "\${${variableName(part, secret)}}"`);
	if (hints.length > 0) node.comment = [" Left out, what is stored stays. To set it anew:", ...hints].join("\n");
	return node;
}

function variableName({ name }: Plain, secret: string): string {
	const words = `${String(name)}_${secret.replace(/[A-Z]/g, (letter) => `_${letter}`)}`;
	return words
		.toUpperCase()
		.replace(/[^A-Z0-9]+/g, "_")
		.replace(/^(?=\d)/, "_");
}

interface Difference {
	readonly now: Plain;
	/** What the file says, without what is at its default. */
	readonly said: Plain;
}

/** Returns whether anything is different. A default that is written down stays written, and a secret stays what it is. */
function updateMap(document: Document, map: YAMLMap, { now, said }: Difference): boolean {
	let isChanged = false;
	for (const key of Object.keys(said)) {
		if (key in now || !map.has(key)) continue;
		map.delete(key);
		isChanged = true;
	}
	for (const [key, value] of Object.entries(now)) {
		const before = said[key];
		if (isSame(value, before)) continue;
		isChanged = true;
		const node = map.get(key, true);
		if (key === "sources" && isSeq(node) && Array.isArray(value) && Array.isArray(before))
			updateSources(document, node, { now: value, said: before });
		else if (isMap(node) && isPlain(value) && isPlain(before)) updateMap(document, node, { now: value, said: before });
		// A scalar keeps its comment.
		else
			map.set(key, isScalar(node) && typeof value !== "object" ? escaped(value) : document.createNode(escaped(value)));
	}
	return isChanged;
}

/** A source stays the node it is while storage and path are. */
function updateSources(
	document: Document,
	seq: YAMLSeq,
	{ now, said }: { readonly now: readonly Plain[]; readonly said: readonly Plain[] },
): void {
	commentToFirst(seq);
	const free = said.map((source, index) => ({ source, node: seq.items[index] }));
	const take = (fits: (source: Plain) => boolean) => {
		const index = free.findIndex(({ source }) => fits(source));
		return index < 0 ? undefined : free.splice(index, 1)[0];
	};
	const same = now.map((source) => take((other) => isSame(source, other)));
	seq.items = now.map((source, index) => {
		const isPlace = (other: Plain) => other.storage === source.storage && other.path === source.path;
		const found = same[index] ?? take(isPlace);
		if (!isMap(found?.node)) return document.createNode(escaped(source));
		updateMap(document, found.node, { now: source, said: found.source });
		return found.node;
	});
}

/** What is written above the first of a list is said of that one, and goes where it goes. */
function commentToFirst(seq: YAMLSeq): void {
	const [first] = seq.items;
	if (!isNode(first) || seq.flow || !seq.commentBefore) return;
	first.commentBefore = seq.commentBefore;
	seq.commentBefore = null;
}

/** A text that looks like a variable of the environment stands for itself. */
function escaped(value: unknown): unknown {
	if (typeof value === "string") return value.replace(/\$\{[A-Za-z_]\w*\}/g, "$$$&");
	if (Array.isArray(value)) return value.map(escaped);
	if (!isPlain(value)) return value;
	return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, escaped(each)]));
}

function isPlain(value: unknown): value is Plain {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
