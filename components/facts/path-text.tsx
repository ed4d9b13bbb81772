import { cx } from "#components/ui/cx.ts";

interface PathTextProps {
	readonly text: string;
	/** So many characters at the start are common to its neighbours: dimmed. */
	readonly common?: number;
	readonly className?: string;
}

/** Characters at the end that are always seen: file names differ there, and so do their extensions. */
const tail = 22;

/** A path or file name in one line of whatever width: the middle gives way first; whole in the title. */
export function PathText({ text, common = 0, className }: PathTextProps) {
	const cut = text.length > tail * 2 ? text.length - tail : text.length;
	return (
		<span title={text} className={cx("flex min-w-0 font-mono text-fine", className)}>
			<span className="min-w-0 truncate">
				<Dimmed text={text.slice(0, cut)} common={common} />
			</span>
			{cut < text.length ? (
				<span className="shrink-0 whitespace-pre">
					<Dimmed text={text.slice(cut)} common={common - cut} />
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
