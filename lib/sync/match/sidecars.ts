import { UsageError } from "#lib/errors.ts";
import { stemOf } from "#lib/paths.ts";

/** Base names in the data file's folder, in the order of their rules; never the data file's own. */
export interface SidecarNames {
	readonly metadata: readonly string[];
	/** Range types (DESIGN §3 rule 2): the data file's own, then its folder's. */
	readonly conf: readonly string[];
	/** Statistics, georeferencing, headers, overviews and masks as GDAL names them; none that is metadata. */
	readonly other: readonly string[];
}

/** @param endings those of the names at hand (`endingsOf`): names with another one are left out. */
export type SidecarNamer = (dataName: string, endings?: ReadonlySet<string>) => SidecarNames;

/**
 * @param metadata names of metadata files; `{stem}` and `{name}` stand for those of the data file
 * @param metadataFolder where they are listed, if not beside the data file
 * @throws UsageError for what is no base name
 */
export function sidecarNamer(metadata: readonly string[], metadataFolder: string | null = null): SidecarNamer {
	for (const name of metadata) assertMetadataRule(name);
	const metadataRules = metadata.map((name) => ruleOf(metadataFolder === null ? name : `${metadataFolder}/${name}`));
	const otherRulesByExtension = new Map<string, readonly Rule[]>();
	const otherRules = (extension: string): readonly Rule[] => {
		const known = otherRulesByExtension.get(extension);
		if (known !== undefined) return known;
		const rules = [...gdalRules, ...worldRules(extension)];
		if (otherRulesByExtension.size < 100) otherRulesByExtension.set(extension, rules);
		return rules;
	};
	return (name, endings) => {
		const stem = stemOf(name);
		const fill = (rules: readonly Rule[]) => {
			const names: string[] = [];
			for (const { ending, parts } of rules) {
				if (endings !== undefined && ending !== null && !endings.has(ending)) continue;
				const filled = parts.reduce(
					(text, part) => text + (part === "{stem}" ? stem : part === "{name}" ? name : part),
					"",
				);
				if (filled !== name && !names.includes(filled)) names.push(filled);
			}
			return names;
		};
		const metadata = fill(metadataRules);
		const conf = fill(confRules);
		const other = fill(otherRules(name.slice(stem.length + 1)));
		return { metadata, conf, other: other.filter((one) => !metadata.includes(one)) };
	};
}

/** Returns the endings of a folder's names. Looking up a name costs far more than making it: so unlikely ones are not looked up. */
export function endingsOf(names: Iterable<string>): ReadonlySet<string> {
	const endings = new Set<string>();
	for (const name of names) {
		endings.add(name.slice(Math.max(0, name.lastIndexOf("."))));
		if (name.endsWith(statistics)) endings.add(statistics);
	}
	return endings;
}

interface Rule {
	readonly parts: readonly string[];
	/** The name's ending, whatever the data file is called; null: it depends on the data file. */
	readonly ending: string | null;
}

/** Nearly every folder has `.xml`, few have these. */
const statistics = ".aux.xml";

function ruleOf(text: string): Rule {
	const parts = text.split(/(\{stem\}|\{name\})/).filter((part) => part !== "");
	const tail = parts.at(-1) ?? "";
	const dot = tail.lastIndexOf(".");
	if (tail.endsWith(statistics)) return { parts, ending: statistics };
	return { parts, ending: dot < 0 ? null : tail.slice(dot) };
}

const confRules = ["{stem}.conf", "__default__.conf"].map(ruleOf);
const gdalRules = [
	"{name}.aux.xml",
	"{stem}.aux.xml",
	"{name}.ovr",
	"{stem}.ovr",
	"{name}.msk",
	"{stem}.prj",
	"{name}.hdr",
	"{stem}.hdr",
	"{stem}.RPB",
	"{stem}.rpb",
	"{stem}_RPC.TXT",
	"{stem}_rpc.txt",
].map(ruleOf);

/** World files: `.tfw`, `.tifw` or `.wld` for `.tif`, in either case. */
function worldRules(extension: string): readonly Rule[] {
	const own = extension === "" ? [] : [`${extension[0]}${extension.at(-1)}w`, `${extension}w`];
	return [...own, "wld"].flatMap((end) => [`{stem}.${end.toLowerCase()}`, `{stem}.${end.toUpperCase()}`]).map(ruleOf);
}

function assertMetadataRule(rule: string): void {
	const rest = rule.replace(/\{(stem|name)\}/g, "x");
	if (rest === "" || /[/{}*?\0]/.test(rest) || rule.startsWith("."))
		throw new UsageError(
			`The metadata rule ${JSON.stringify(rule)} is not valid: give the base name of a file beside the data file, such as “{stem}.xml” or “{name}.xml”.`,
		);
}
