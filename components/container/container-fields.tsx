import { ScheduleFields } from "#components/schedules/schedule-fields.tsx";
import { Field } from "#components/ui/form/field.tsx";
import { Input, Select } from "#components/ui/form/input.tsx";
import type { Schedule } from "#lib/catalog/schedules/schedule.ts";
import type { ContainerDraft, ContainerFieldsProps } from "./container-draft.ts";
import { GridFields } from "./grid-fields.tsx";

/** The identity of the container: ID, kind, title, and for a mosaic its grid and bands. */
export function IdentityFields({ draft, set, errorOf, isNew }: ContainerFieldsProps & { readonly isNew: boolean }) {
	return (
		<div className="grid gap-4 sm:grid-cols-2">
			<Field
				label="ID"
				error={errorOf("id")}
				hint={
					isNew
						? "EO ID of the catalogue: begins with a letter or _, then letters, digits, _ - and ."
						: "Changed by Rename, below."
				}
			>
				{(control) => (
					<Input
						{...control}
						value={draft.id}
						readOnly={!isNew}
						autoComplete="off"
						spellCheck={false}
						placeholder="MER_FRS_1P_RGB"
						className="font-mono text-fine!"
						onChange={(event) => set("id", event.target.value)}
					/>
				)}
			</Field>
			<Field
				label="Kind"
				error={errorOf("kind")}
				hint="A series holds any datasets; those of a mosaic share its CRS, resolution, pixel grid and bands."
			>
				{(control) => (
					<Select
						{...control}
						value={draft.kind}
						onChange={(event) => set("kind", event.target.value as ContainerDraft["kind"])}
					>
						<option value="dataset-series">Dataset series</option>
						<option value="rectified-stitched-mosaic">Rectified stitched mosaic</option>
					</Select>
				)}
			</Field>
			<Field label="Title" error={errorOf("title")} hint="Shown beside the ID. Optional." className="sm:col-span-2">
				{(control) => (
					<Input
						{...control}
						value={draft.title}
						autoComplete="off"
						onChange={(event) => set("title", event.target.value)}
					/>
				)}
			</Field>
			{draft.kind === "rectified-stitched-mosaic" ? <MosaicFields draft={draft} set={set} errorOf={errorOf} /> : null}
		</div>
	);
}

/** A series takes its range types from its sources and files, and has no grid. */
function MosaicFields({ draft, set, errorOf }: ContainerFieldsProps) {
	return (
		<>
			<Field
				label="Range type"
				error={errorOf("rangeType")}
				hint="The name of the list of bands, such as RGB, that every dataset of the mosaic must have. Empty: the first dataset sets it."
			>
				{(control) => (
					<Input
						{...control}
						value={draft.rangeType}
						autoComplete="off"
						placeholder="RGB"
						onChange={(event) => set("rangeType", event.target.value)}
					/>
				)}
			</Field>
			<GridFields draft={draft} set={set} errorOf={errorOf} />
		</>
	);
}

const guardLimits = [
	{
		field: "maxRemovals",
		label: "Guard: maximum removals",
		hint: 'Datasets that may be removed or unlinked without approval: a count, "20%", "5‰" or "none" for no limit. Empty: up to 20 % or 10, less than half, at most 10,000, and no whole folder of 10 or more.',
	},
	{
		field: "maxUpdates",
		label: "Guard: maximum updates",
		hint: "Datasets whose files changed and whose fields differ. Empty: up to 50 % or 99.",
	},
	{
		field: "maxRejections",
		label: "Guard: maximum rejections",
		hint: "Registered datasets whose new version cannot be read. Empty: up to 50 % or 99.",
	},
] as const;

interface RuleFieldsProps extends ContainerFieldsProps {
	/** The schedule of containers without their own; null: there is none. */
	readonly byDefault: Schedule | null;
}

/** Who may read it from outside. */
export function PublishFields({ draft, set, errorOf }: ContainerFieldsProps) {
	return (
		<Field
			label="STAC API"
			error={errorOf("publish.stac")}
			hint="Who may read its datasets, and their files as far as eosync serves them, at /stac. Who has a token needs the role viewer."
		>
			{(control) => (
				<Select
					{...control}
					value={draft.stac}
					onChange={(event) => set("stac", event.target.value as ContainerDraft["stac"])}
				>
					<option value="off">Nobody</option>
					<option value="token">Who has a token</option>
					<option value="public">Everyone</option>
				</Select>
			)}
		</Field>
	);
}

/** When it runs, what holds a run back, and how long removed datasets can be restored. */
export function RuleFields({ draft, set, errorOf, byDefault }: RuleFieldsProps) {
	return (
		<div className="grid gap-4 sm:grid-cols-2">
			<ScheduleFields
				draft={draft.schedule}
				set={(field, value) => set("schedule", { ...draft.schedule, [field]: value })}
				errorOf={(path) => errorOf(`schedule.${path}`)}
				container={draft.id}
				byDefault={byDefault}
			/>
			{guardLimits.map(({ field, label, hint }) => (
				<Field key={field} label={label} error={errorOf(`guard.${field}`)} hint={hint}>
					{(control) => (
						<Input
							{...control}
							value={draft[field]}
							autoComplete="off"
							placeholder="default"
							onChange={(event) => set(field, event.target.value)}
						/>
					)}
				</Field>
			))}
			<Field
				label="Guard: when a source became empty"
				error={errorOf("guard.emptied")}
				hint="It was listed completely, holds no data file any more, and had datasets."
			>
				{(control) => (
					<Select
						{...control}
						value={draft.emptied}
						onChange={(event) => set("emptied", event.target.value === "allow" ? "allow" : "hold")}
					>
						<option value="hold">Hold the run</option>
						<option value="allow">Let it pass</option>
					</Select>
				)}
			</Field>
			<Field
				label="Removals: complete listings"
				error={errorOf("removals.looks")}
				hint="A dataset is removed when so many listings of its folder, each a minute or more after the one before, lacked its file."
			>
				{(control) => (
					<Input
						{...control}
						value={draft.removalLooks}
						inputMode="numeric"
						autoComplete="off"
						onChange={(event) => set("removalLooks", event.target.value)}
					/>
				)}
			</Field>
			<Field
				label="Removals: not before"
				error={errorOf("removals.after")}
				hint='So long after the first of those listings: "30m", "24h", "2d". Until then the dataset is a suspect.'
			>
				{(control) => (
					<Input
						{...control}
						value={draft.removalAfter}
						autoComplete="off"
						onChange={(event) => set("removalAfter", event.target.value)}
					/>
				)}
			</Field>
			<Field
				label="Retention (days)"
				error={errorOf("retentionDays")}
				hint="How long a removed dataset can be restored by reverting its run. After that it is deleted for good."
			>
				{(control) => (
					<Input
						{...control}
						value={draft.retentionDays}
						inputMode="numeric"
						autoComplete="off"
						onChange={(event) => set("retentionDays", event.target.value)}
					/>
				)}
			</Field>
		</div>
	);
}
