import { Checkbox } from "../ui/checkbox.tsx";
import { Field } from "../ui/field.tsx";
import { Input, Select, Textarea } from "../ui/input.tsx";
import type { SourceDraft, SourceFieldsProps } from "./source-draft.ts";

interface TextRule {
	readonly name: "rangeType" | "fileName" | "timeZone" | "marker" | "stableFor";
	readonly label: string;
	readonly hint: string;
	readonly placeholder?: string;
	readonly mono?: boolean;
	readonly numeric?: boolean;
}

const textRules: readonly TextRule[] = [
	{
		name: "rangeType",
		label: "Range type",
		hint: "Name for files whose .conf file names none. Empty: derived from the bands.",
		placeholder: "RGB",
	},
	{
		name: "fileName",
		label: "File name",
		hint: "Regular expression with the named groups begin, end or id; used only where neither metadata nor file says it.",
		placeholder: "(?<begin>\\d{8}T\\d{6})_(?<end>\\d{8}T\\d{6})",
		mono: true,
	},
	{
		name: "timeZone",
		label: "Time zone",
		hint: "Of times that are written without one. Times in the catalogue are always UTC.",
		placeholder: "UTC",
	},
	{
		name: "marker",
		label: "Marker file",
		hint: "Must exist at the source's root, else it counts as unreachable and nothing is removed: for shares that may not be mounted.",
		placeholder: ".archive-is-mounted",
		mono: true,
	},
	{
		name: "stableFor",
		label: "Stable for (seconds)",
		hint: "A file that changed more recently is left for a later run: it may still be written to. 0: take it at once.",
		numeric: true,
	},
];

export function SourceRuleFields({ draft, set, errorOf }: SourceFieldsProps) {
	return (
		<div className="grid gap-4 sm:grid-cols-2">
			<Field
				label="Metadata files"
				error={errorOf("metadata")}
				hint="Beside the data file, one name per line; {stem} is its name without the extension."
			>
				{(control) => (
					<Textarea
						{...control}
						rows={2}
						value={draft.metadata}
						spellCheck={false}
						className="font-mono text-fine!"
						onChange={(event) => set("metadata", event.target.value)}
					/>
				)}
			</Field>
			{textRules.map(({ name, label, hint, placeholder, mono, numeric }) => (
				<Field key={name} label={label} hint={hint} error={errorOf(name)}>
					{(control) => (
						<Input
							{...control}
							value={draft[name]}
							placeholder={placeholder}
							inputMode={numeric ? "numeric" : "text"}
							autoComplete="off"
							spellCheck={false}
							className={mono ? "font-mono text-fine!" : ""}
							onChange={(event) => set(name, event.target.value)}
						/>
					)}
				</Field>
			))}
			<Field
				label="Symbolic links"
				error={errorOf("symlinks")}
				hint="Followed links may lead out of the folder; loops are cut either way."
			>
				{(control) => (
					<Select {...control} value={draft.symlinks} onChange={(event) => set("symlinks", event.target.value)}>
						<option value="skip">Skip</option>
						<option value="follow">Follow</option>
					</Select>
				)}
			</Field>
			<ChecksumField draft={draft} set={set} />
		</div>
	);
}

function ChecksumField({ draft, set }: Pick<SourceFieldsProps, "set"> & { readonly draft: SourceDraft }) {
	return (
		<Field
			label="Compare contents"
			hint="Reads every file in full on each run instead of trusting size and time. Slow; for archives that rewrite files without a trace."
		>
			{({ id, "aria-describedby": describedBy }) => (
				<div className="flex h-7 items-center">
					<Checkbox
						id={id}
						aria-describedby={describedBy}
						checked={draft.checksum}
						onCheckedChange={(checked) => set("checksum", checked === true)}
					/>
				</div>
			)}
		</Field>
	);
}
