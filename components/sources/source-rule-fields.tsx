import { Fragment, useState } from "react";
import { Checkbox } from "#components/ui/form/checkbox.tsx";
import { Field } from "#components/ui/form/field.tsx";
import { Input, Select, Textarea } from "#components/ui/form/input.tsx";
import { type FileNameActions, FileNameAssistant } from "./file-name-assistant.tsx";
import type { SourceFieldsProps, StorageChoice } from "./source-draft.ts";

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
		hint: "The name of the list of bands (EOxServer's term) that these files share, such as RGB. A file says its own by a text file scene.conf beside scene.tif, or a folder by __default__.conf: [range_type] and, below it, range_type_name = RGB. Empty: the name and bands are derived from the file.",
		placeholder: "RGB",
	},
	{
		name: "fileName",
		label: "File name",
		hint: "Regular expression with the named groups begin, end or id, as (?<begin>…) or Python's (?P<begin>…); used only for what neither the metadata nor the file gives. A day, month or year alone is all of it.",
		placeholder: "(?<begin>\\d{8}T\\d{6})_(?<end>\\d{8}T\\d{6})",
		mono: true,
	},
	{
		name: "timeZone",
		label: "Time zone",
		hint: "For times that are written without a zone. Times in the catalogue are always UTC.",
		placeholder: "UTC",
	},
	{
		name: "marker",
		label: "Marker file",
		hint: "A file that must exist at the source's root. Without it the source counts as unreachable and nothing is removed. For shares that may not be mounted.",
		placeholder: ".archive-is-mounted",
		mono: true,
	},
	{
		name: "stableFor",
		label: "Stable for (seconds)",
		hint: "A file that changed more recently is left for a later run, because it may still be being written. 0 takes every file at once.",
		numeric: true,
	},
];

const flags: readonly Pick<FlagFieldProps, "name" | "label" | "hint">[] = [
	{
		name: "checksum",
		label: "Compare contents",
		hint: "Reads every file in full on each run instead of trusting size and time. Slow; for archives that rewrite files without changing their size or time.",
	},
	{
		name: "watch",
		label: "Watch for changes",
		hint: "A change in a local folder starts a sync within seconds, once nothing more changes. Network shares and remote storages, where changes cannot be seen, are synced every ten minutes.",
	},
];

interface Props extends SourceFieldsProps {
	readonly storages: readonly StorageChoice[];
	/** For the assistant; left out: there is none. */
	readonly fileNames?: FileNameActions | undefined;
}

export function SourceRuleFields({ draft, set, errorOf, storages, fileNames }: Props) {
	const [isAssisted, setAssisted] = useState(false);
	return (
		<div className="grid gap-4 sm:grid-cols-2">
			<Field
				label="Metadata files"
				error={errorOf("metadata")}
				hint="One name per line; {stem} is the data file's name without the extension. They lie beside the data file, or where Metadata storage says."
			>
				{(control) => (
					<Textarea
						{...control}
						name="metadata"
						rows={2}
						value={draft.metadata}
						spellCheck={false}
						className="font-mono text-fine!"
						onChange={(event) => set("metadata", event.target.value)}
					/>
				)}
			</Field>
			<MetadataPlaceFields draft={draft} set={set} errorOf={errorOf} storages={storages} />
			{textRules.map(({ name, label, hint, placeholder, mono, numeric }) => (
				<Fragment key={name}>
					<Field
						label={label}
						hint={
							name === "fileName" && fileNames !== undefined && !isAssisted ? (
								<>
									{hint}{" "}
									<button
										type="button"
										className="text-accent underline decoration-dotted underline-offset-2"
										onClick={() => setAssisted(true)}
									>
										Mark it in a name
									</button>
								</>
							) : (
								hint
							)
						}
						error={errorOf(name)}
					>
						{(control) => (
							<Input
								{...control}
								name={name}
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
					{name === "fileName" && isAssisted && fileNames !== undefined ? (
						<FileNameAssistant
							draft={draft}
							actions={fileNames}
							onUse={(pattern) => {
								set("fileName", pattern);
								setAssisted(false);
							}}
							onClose={() => setAssisted(false)}
						/>
					) : null}
				</Fragment>
			))}
			<Field
				label="Symbolic links"
				error={errorOf("symlinks")}
				hint="Followed links may lead out of the folder. Loops are detected and left out."
			>
				{(control) => (
					<Select {...control} value={draft.symlinks} onChange={(event) => set("symlinks", event.target.value)}>
						<option value="skip">Skip</option>
						<option value="follow">Follow</option>
					</Select>
				)}
			</Field>
			{flags.map((flag) => (
				<FlagField key={flag.name} {...flag} draft={draft} set={set} />
			))}
		</div>
	);
}

function MetadataPlaceFields({ draft, set, errorOf, storages }: Omit<Props, "fileNames">) {
	return (
		<>
			<Field
				label="Metadata storage"
				error={errorOf("metadataStorage")}
				hint="Where the metadata files are, if they cannot be beside the data. When it cannot be reached, nothing is removed."
			>
				{(control) => (
					<Select
						{...control}
						value={draft.metadataStorage}
						onChange={(event) => set("metadataStorage", event.target.value)}
					>
						<option value="">Beside the data files</option>
						{storages.map(({ name }) => (
							<option key={name}>{name}</option>
						))}
					</Select>
				)}
			</Field>
			{draft.metadataStorage === "" ? null : (
				<Field
					label="Metadata path"
					error={errorOf("metadataPath")}
					hint="Folder on that storage. {folder}: the data file's folder below this source; {collection}: that folder's own name."
				>
					{(control) => (
						<Input
							{...control}
							value={draft.metadataPath}
							placeholder="eo/{collection}"
							autoComplete="off"
							spellCheck={false}
							className="font-mono text-fine!"
							onChange={(event) => set("metadataPath", event.target.value)}
						/>
					)}
				</Field>
			)}
		</>
	);
}

interface FlagFieldProps extends Pick<SourceFieldsProps, "draft" | "set"> {
	readonly name: "checksum" | "watch";
	readonly label: string;
	readonly hint: string;
}

function FlagField({ name, label, hint, draft, set }: FlagFieldProps) {
	return (
		<Field label={label} hint={hint}>
			{({ id, "aria-describedby": describedBy }) => (
				<div className="flex h-7 items-center">
					<Checkbox
						id={id}
						aria-describedby={describedBy}
						checked={draft[name]}
						onCheckedChange={(checked) => set(name, checked === true)}
					/>
				</div>
			)}
		</Field>
	);
}
