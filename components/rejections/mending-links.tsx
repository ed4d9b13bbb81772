import Link from "next/link";
import { useMay } from "#components/access/user-context.tsx";
import { mendingAddress, mendingOf } from "#lib/catalog/rejections/mending.ts";
import type { RejectionReason } from "#lib/catalog/rejections/rejected-files.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";

/** Where what would mend these files is entered: the field of each source's form, or only the hint for those who may not. */
export function MendingLinks({ reason: { code, files, sources, containers } }: { readonly reason: RejectionReason }) {
	const mayEdit = useMay("containers.update");
	const { hint, field } = mendingOf(code, files);
	if (hint === null || field === null) return null;
	const sentence = `${hint.slice(0, 1).toUpperCase()}${hint.slice(1)}`;
	if (!mayEdit || sources.length === 0) return <span className="text-muted">{sentence}.</span>;
	const [only] = sources;
	if (sources.length === 1 && only) {
		return (
			<Link
				href={mendingAddress(only, field)}
				className="inline-block text-accent underline underline-offset-2 pointer-coarse:py-1"
			>
				{sentence}
			</Link>
		);
	}
	const others = containers - new Set(sources.map(({ container }) => container)).size;
	return (
		<span className="text-muted">
			{sentence}:{" "}
			{sources.map((source, i) => (
				<span key={source.source}>
					{i === 0 ? "" : ", "}
					<Link
						href={mendingAddress(source, field)}
						aria-label={`${sentence}: ${source.container}, ${source.storage}:/${source.path}`}
						className="break-all text-accent underline underline-offset-2"
					>
						{source.container} {source.storage}:/{source.path}
					</Link>{" "}
					({formatCount(source.files)})
				</span>
			))}
			{others > 0 ? `, and in ${formatPlural(others, "more container")}` : ""}
		</span>
	);
}
