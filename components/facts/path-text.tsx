import { cx } from "#components/ui/cx.ts";

interface PathTextProps {
	readonly text: string;
	/** So many characters at the start are common to its neighbours: dimmed. */
	readonly common?: number;
	readonly className?: string;
}

/** Characters at the end that give way last: file names differ there, and so do their extensions. */
const tail = 22;

/** A path or file name in one line of whatever width: the middle gives way first; whole in the title. */
export function PathText({ text, common = 0, className }: PathTextProps) {
	const cut = text.length > tail * 2 ? text.length - tail : text.length;
	return (
		<span title={text} className={cx("flex min-w-0 font-mono text-fine", className)}>
			<span className="min-w-0 shrink-[9999] truncate">
				<Dimmed text={text.slice(0, cut)} common={common} />
			</span>
			{cut < text.length ? (
				// From right to left: where there is not even room for the end, its own beginning gives way.
				<span className="min-w-0 truncate [direction:rtl]">
					<bdi dir="ltr" className="whitespace-pre">
						<Dimmed text={text.slice(cut)} common={common - cut} />
					</bdi>
				</span>
			) : null}
		</span>
	);
}

function Dimmed({ text, common }: { readonly text: string; readonly common: number }) {
	if (common <= 0) return text;
	return (
		<>
			<span className="text-faint">{text.slice(0, common)}</span>
			{text.slice(common)}
		</>
	);
}
