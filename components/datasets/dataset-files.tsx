import { Copyable } from "#components/ui/copying/copyable.tsx";
import { formatBytes } from "#components/ui/format.ts";
import { InstantText } from "#components/ui/times/instant.tsx";
import type { FileView } from "#lib/catalog/lives/dataset-detail.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";

const roles: Readonly<Record<FileView["role"], string>> = {
	data: "data file",
	metadata: "metadata",
	conf: "configuration",
	other: "belongs to it",
	member: "member",
};

/** Beyond that they are folded away: a product may have thousands. */
const shownAtOnce = 12;

/** Its files with their fingerprints: what the next look at the folder is compared with. */
export function DatasetFiles({ files }: { readonly files: readonly FileView[] }) {
	if (files.length === 0) return null;
	return (
		<section aria-labelledby="dataset-files" className="space-y-2">
			<h2 id="dataset-files" className="font-semibold text-sm">
				{files.length === 1
					? "1 file, as it was when it was read"
					: `${formatPlural(files.length, "file")}, as they were when they were read`}
			</h2>
			<Files files={files.slice(0, shownAtOnce)} />
			{files.length > shownAtOnce ? (
				<details>
					<summary className="cursor-pointer">{formatCount(files.length - shownAtOnce)} more</summary>
					<Files files={files.slice(shownAtOnce)} />
				</details>
			) : null}
		</section>
	);
}

function Files({ files }: { readonly files: readonly FileView[] }) {
	return (
		<ul className="divide-y rounded-md border bg-surface">
			{files.map(({ name, role, size, modifiedAt, etag, inode, checksum }) => (
				<li key={`${role} ${name}`} className="px-3 py-1.5">
					<Copyable text={name} label="name" whole />
					<p className="text-muted">
						{roles[role]}, <span title={`${formatPlural(size, "byte")}`}>{formatBytes(size)}</span>
						{modifiedAt === null ? null : (
							<>
								, changed <InstantText instant={modifiedAt} />
							</>
						)}
					</p>
					<p className="break-all font-mono text-faint text-fine">
						{[
							etag === null ? null : `etag ${etag}`,
							inode === null ? null : `inode ${inode}`,
							checksum === null ? null : `SHA-256 ${checksum}`,
						]
							.filter((part) => part !== null)
							.join(" · ")}
					</p>
				</li>
			))}
		</ul>
	);
}
