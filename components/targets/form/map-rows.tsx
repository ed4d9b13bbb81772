import { CircleAlert, Plus, X } from "lucide-react";
import { useId } from "react";
import { Button } from "#components/ui/button.tsx";
import { Input } from "#components/ui/form/input.tsx";

/** A line of a mapping, as typed. */
export interface MapRow {
	readonly ours: string;
	readonly theirs: string;
}

interface MapRowsProps {
	readonly legend: string;
	readonly hint: string;
	/** What each side is called: a column's heading, and its fields' names. */
	readonly ours: string;
	readonly theirs: string;
	readonly rows: readonly MapRow[];
	/** What is wrong with the line of that name. */
	readonly errorOf: (ours: string) => string | undefined;
	/** What there is to choose from; anything else may be typed. */
	readonly oursKnown: readonly string[];
	readonly theirsKnown: readonly string[];
	readonly placeholder: string;
	readonly onChange: (rows: readonly MapRow[]) => void;
}

/** Pairs of names: ours, and what it is called there. */
export function MapRows(props: MapRowsProps) {
	const { legend, hint, ours, theirs, rows, errorOf, oursKnown, theirsKnown, placeholder, onChange } = props;
	const id = useId();
	const free = oursKnown.filter((name) => rows.every((row) => row.ours !== name));
	const change = (at: number, part: Partial<MapRow>) =>
		onChange(rows.map((row, index) => (index === at ? { ...row, ...part } : row)));
	const wrongWith = ({ ours: name }: MapRow, at: number) =>
		errorOf(name.trim()) ??
		(name.trim() !== "" && rows.slice(at + 1).some((other) => other.ours.trim() === name.trim())
			? "A further line has this name, and that one counts"
			: undefined);
	return (
		<fieldset aria-describedby={`${id}-hint`} className="space-y-1.5">
			<legend className="mb-1 font-medium">{legend}</legend>
			{rows.length === 0 ? null : (
				<div className="grid grid-cols-[minmax(0,1fr)_minmax(0,1.5fr)_auto] gap-1.5">
					<span aria-hidden className="text-faint text-fine">
						{ours}
					</span>
					<span aria-hidden className="col-span-2 text-faint text-fine">
						{theirs}
					</span>
					{rows.map((row, at) => {
						const wrong = wrongWith(row, at);
						const describes = wrong === undefined ? undefined : `${id}-${at}`;
						const common = {
							autoComplete: "off",
							spellCheck: false,
							"aria-describedby": describes,
							"aria-invalid": wrong === undefined ? undefined : true,
						} as const;
						return (
							// biome-ignore lint/suspicious/noArrayIndexKey: a line is its place; names may be empty or repeat
							<div key={at} className="contents">
								<Input
									{...common}
									aria-label={`${ours}, line ${at + 1}`}
									list={`${id}-ours`}
									value={row.ours}
									onChange={(event) => change(at, { ours: event.target.value })}
								/>
								<Input
									{...common}
									aria-label={`${theirs}, line ${at + 1}`}
									list={`${id}-theirs`}
									value={row.theirs}
									placeholder={placeholder}
									className="font-mono text-fine!"
									onChange={(event) => change(at, { theirs: event.target.value })}
								/>
								<Button
									icon
									variant="quiet"
									aria-label={`Remove line ${at + 1} of ${legend.toLowerCase()}`}
									onClick={() => onChange(rows.filter((_, index) => index !== at))}
								>
									<X aria-hidden />
								</Button>
								{wrong === undefined ? null : (
									<p id={`${id}-${at}`} className="col-span-3 flex items-start gap-1 text-failed text-fine">
										<CircleAlert aria-hidden className="mt-0.5 size-3 shrink-0" />
										<span className="min-w-0 wrap-anywhere">{wrong}</span>
									</p>
								)}
							</div>
						);
					})}
				</div>
			)}
			<Button variant="quiet" onClick={() => onChange([...rows, { ours: free[0] ?? "", theirs: "" }])}>
				<Plus aria-hidden />
				Add to {legend.toLowerCase()}
			</Button>
			<datalist id={`${id}-ours`}>
				{free.map((name) => (
					<option key={name} value={name} />
				))}
			</datalist>
			<datalist id={`${id}-theirs`}>
				{theirsKnown.map((name) => (
					<option key={name} value={name} />
				))}
			</datalist>
			<p id={`${id}-hint`} className="text-faint text-fine">
				{hint}
			</p>
		</fieldset>
	);
}
