import { ScheduleFields } from "#components/schedules/schedule-fields.tsx";
import { Field } from "#components/ui/form/field.tsx";
import { Input, Select } from "#components/ui/form/input.tsx";
import type { Schedule } from "#lib/catalog/schedules/schedule.ts";
import type { ContainerDraft, ContainerFieldsProps } from "./container-draft.ts";
import { GridFields } from "./grid-fields.tsx";

/** What it is: ID, kind, title, and for a mosaic its grid and bands. */
export function IdentityFields({ draft, set, errorOf, isNew }: ContainerFieldsProps & { readonly isNew: boolean }) {
	return (
		<div className="grid gap-4 sm:grid-cols-2">
			<Field
				label="ID"
				error={errorOf("id")}
				hint={
					isNew
						? "EO ID of the catalogue: begins with a letter or _, then letters, digits, _ - and ."
						: "Cannot be changed: others refer to it."
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
				hint="The bands that every dataset of the mosaic must have. Empty: the first dataset sets it."
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

interface RuleFieldsProps extends ContainerFieldsProps {
	/** The schedule of containers without their own; null: there is none. */
	readonly byDefault: Schedule | null;
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
			<Field
				label="Guard: maximum removals"
				error={errorOf("guard.maxRemovals")}
				hint='A run that would remove more is held until an operator approves it. A percentage such as "20%" (10 removals are always allowed) or a number.'
			>
				{(control) => (
					<Input
						{...control}
						value={draft.maxRemovals}
						autoComplete="off"
						onChange={(event) => set("maxRemovals", event.target.value)}
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
