import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { Field } from "#components/ui/form/field.tsx";
import { Input, Select, Textarea } from "#components/ui/form/input.tsx";
import type { FileNameActions } from "./file-name-assistant.tsx";
import type { SourceFieldsProps, StorageChoice } from "./source-draft.ts";
import { SourceRuleFields } from "./source-rule-fields.tsx";

interface Props extends SourceFieldsProps {
	readonly storages: readonly StorageChoice[];
	/** More than the storage may change with it. */
	readonly onChooseStorage: (name: string) => void;
	/** Beside the storage's list: a way to add one. */
	readonly addStorage?: ReactNode;
	/** The further rules are open from the start. */
	readonly expanded?: boolean;
	/** For the assistant of file names. */
	readonly fileNames?: FileNameActions | undefined;
}

/** Where the files are and which of them count; everything else has a sound default and stands behind one click. */
export function SourceFields(props: Props) {
	const { draft, set, errorOf, storages, onChooseStorage, addStorage, expanded = false, fileNames } = props;
	return (
		<div className="space-y-4">
			<div className="grid gap-4 sm:grid-cols-2">
				<Field label="Storage" error={errorOf("storage")} hint={addStorage ?? "Where the files are."}>
					{(control) => (
						<Select {...control} value={draft.storage} onChange={(event) => onChooseStorage(event.target.value)}>
							<option value="">Choose…</option>
							{storages.map(({ name }) => (
								<option key={name}>{name}</option>
							))}
						</Select>
					)}
				</Field>
				<Field
					label="Path"
					error={errorOf("path")}
					hint="Folder below the storage's root, with all its sub-folders. Empty means the root itself."
				>
					{(control) => (
						<Input
							{...control}
							value={draft.path}
							autoComplete="off"
							spellCheck={false}
							placeholder="meris/2006"
							className="font-mono text-fine!"
							onChange={(event) => set("path", event.target.value)}
						/>
					)}
				</Field>
				<Field
					label="Include"
					error={errorOf("include")}
					hint="Data files, one pattern per line. Without / it matches names at any depth, with / the path below this source."
				>
					{(control) => (
						<Textarea
							{...control}
							name="include"
							rows={2}
							value={draft.include}
							spellCheck={false}
							className="font-mono text-fine!"
							onChange={(event) => set("include", event.target.value)}
						/>
					)}
				</Field>
				<Field label="Exclude" error={errorOf("exclude")} hint="Files to leave out. One pattern per line.">
					{(control) => (
						<Textarea
							{...control}
							name="exclude"
							rows={2}
							value={draft.exclude}
							spellCheck={false}
							placeholder="*_tmp.tif"
							className="font-mono text-fine!"
							onChange={(event) => set("exclude", event.target.value)}
						/>
					)}
				</Field>
			</div>
			<details className="group" open={expanded}>
				<summary className="flex w-fit items-center gap-1 rounded font-medium text-muted hover:text-text">
					<ChevronRight aria-hidden className="size-3.5 transition-transform group-open:rotate-90" />
					Further rules: metadata, times, range type, safety
				</summary>
				<div className="pt-3">
					<SourceRuleFields draft={draft} set={set} errorOf={errorOf} storages={storages} fileNames={fileNames} />
				</div>
			</details>
		</div>
	);
}
