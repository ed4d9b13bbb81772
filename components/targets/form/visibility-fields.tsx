import { Flag } from "#components/notifications/flag.tsx";
import { FormError } from "#components/ui/form/form-error.tsx";
import type { TargetFormProps } from "./target-draft.ts";

/** What the services of an EOxServer show of what is pushed, with what goes wrong there otherwise. */
export function VisibilityFields({ draft, set, errorOf }: TargetFormProps) {
	return (
		<div className="mt-3 space-y-4">
			<fieldset className="space-y-1.5">
				<legend className="mb-1 font-medium">Listed by its WCS</legend>
				<Flag
					label="Coverages"
					checked={draft.wcsCoverages}
					onChange={() => set("wcsCoverages", !draft.wcsCoverages)}
				/>
				<Flag label="Mosaics" checked={draft.wcsMosaics} onChange={() => set("wcsMosaics", !draft.wcsMosaics)} />
				<p className="text-faint text-fine">
					Series are never listed by WCS: one that is makes its GetCapabilities answer an error to everybody. What is
					not listed can still be asked for by its identifier.
				</p>
			</fieldset>
			<fieldset className="space-y-1.5">
				<legend className="mb-1 font-medium">Series in WMS and OpenSearch</legend>
				<Flag
					label="Shown as layers and collections"
					checked={draft.showsCollections}
					onChange={() => set("showsCollections", !draft.showsCollections)}
				/>
				<p className="text-faint text-fine">
					Both or neither: a series that EOxServer hides in one it hides in the other. Its WMS capabilities name every
					coverage of every series that is shown; with tens of thousands they take minutes.
				</p>
			</fieldset>
			<fieldset className="space-y-1.5">
				<legend className="mb-1 font-medium">Datasets</legend>
				<Flag
					label="Make each a product with a coverage"
					checked={draft.asProduct}
					onChange={() => set("asProduct", !draft.asProduct)}
				/>
				<p className="text-faint text-fine">
					Only products have properties there: OpenSearch can then search by cloud cover, orbit and the like.
				</p>
			</fieldset>
			<FormError error={errorOf("visible") ?? errorOf("as") ?? null} />
		</div>
	);
}
