import {
	Boxes,
	CircleAlert,
	CirclePause,
	Cylinder,
	Folder,
	FolderLock,
	FolderSearch,
	Globe,
	KeyRound,
	Pencil,
	PlugZap,
	Server,
	Trash2,
} from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { May } from "#components/access/user-context.tsx";
import { usePageActions } from "#components/shell/page-actions.ts";
import { Badge, tones } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Copyable } from "#components/ui/copying/copyable.tsx";
import { cx } from "#components/ui/cx.ts";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type { StorageOverview, StorageView } from "#lib/catalog/storages/storage-views.ts";
import { formatCount } from "#lib/numbers.ts";
import { addressOf } from "#lib/storage/security/address.ts";
import type { StorageActions } from "./storage-dialog.tsx";
import { fieldsByType, type StorageField, storageTypeLabels } from "./storage-fields.ts";
import { StorageHealth } from "./storage-health.tsx";
import { StorageTestResult } from "./storage-test-result.tsx";
import { type TestAction, useTest } from "./use-test.ts";

interface StorageItemProps {
	readonly storage: StorageOverview;
	readonly onTest: TestAction<{ readonly name: string }>;
	readonly onResume: StorageActions["resume"];
	readonly onPause: () => void;
	readonly onEdit: () => void;
	readonly onDelete: () => void;
	readonly onChanged: () => void;
}

/** So many of the containers that use it are named; the others are counted. */
const mostNamed = 5;

const icons = { local: Folder, ftp: Server, sftp: FolderLock, s3: Cylinder, http: Globe, rasdaman: Boxes } as const;

function isSet({ name }: StorageField, { config, secrets }: StorageView): boolean {
	return secrets.includes(name) || (name === "hostKey" && config.type === "sftp" && config.hostKey !== undefined);
}

function coverageHref(name: string): string {
	return `/storages/${encodeURIComponent(name)}/coverage`;
}

export function StorageItem({ storage, onTest, onResume, onPause, onEdit, onDelete, onChanged }: StorageItemProps) {
	const test = useTest(onTest);
	const [showsAll, setShowsAll] = useState(false);
	const { name, config, containers } = storage;
	const router = useRouter();
	usePageActions([
		{ label: `What lies in ${name}`, icon: <FolderSearch />, go: () => router.push(coverageHref(name)) },
		{ label: `Test ${name}`, icon: <PlugZap />, act: "storages.test", go: () => test.run({ name }) },
		{ label: `Pause ${name} until …`, icon: <CirclePause />, act: "storages.pause", go: onPause },
		{ label: `Edit ${name}`, icon: <Pencil />, act: "storages.update", go: onEdit },
		{ label: `Delete ${name}`, icon: <Trash2 />, act: "storages.delete", go: onDelete },
	]);
	const Icon = icons[config.type];
	const set = fieldsByType[config.type]
		.filter((field) => isSet(field, storage))
		.map(({ label }) => label.toLowerCase());
	return (
		<li className="space-y-2 px-3 py-2.5">
			<div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
				<div className="flex min-w-0 flex-1 basis-64 flex-wrap items-center gap-x-3 gap-y-1">
					<h2 className="font-medium">{name}</h2>
					<Badge>
						<Icon aria-hidden />
						{storageTypeLabels[config.type]}
					</Badge>
					<Copyable text={addressOf(config)} label={`address of ${name}`} className="text-muted" />
					{set.length > 0 ? (
						<span className="flex items-center gap-1 text-fine text-muted">
							<KeyRound aria-hidden className="size-3" />
							{set.join(", ")} set
						</span>
					) : null}
				</div>
				<div className="flex flex-wrap gap-1.5">
					<Button asChild>
						<Link href={coverageHref(name)}>
							<FolderSearch aria-hidden />
							What lies there
						</Link>
					</Button>
					<May act="storages.test">
						<Button aria-label={`Test ${name}`} pending={test.pending} onClick={() => test.run({ name })}>
							Test
						</Button>
					</May>
					<May act="storages.pause">
						<Button aria-label={`Pause until … (${name})`} onClick={onPause}>
							Pause until …
						</Button>
					</May>
					<May act="storages.update">
						<Button aria-label={`Edit ${name}`} onClick={onEdit}>
							Edit
						</Button>
						<Button aria-label={`Delete ${name}`} onClick={onDelete}>
							Delete
						</Button>
					</May>
				</div>
			</div>
			<StorageHealth storage={storage} onResume={onResume} onChanged={onChanged} />
			<p className="break-words text-fine text-muted">
				{containers.length === 0 ? "Used by no container" : "Used by "}
				{containers.slice(0, showsAll ? undefined : mostNamed).map((id, index) => (
					<span key={id}>
						{index === 0 ? null : ", "}
						<Link
							href={`/containers/${encodeURIComponent(id)}?tab=sources`}
							className="break-all font-mono text-text hover:underline pointer-coarse:inline-block pointer-coarse:py-1"
						>
							{id}
						</Link>
					</span>
				))}
				{containers.length > mostNamed ? (
					<>
						{" "}
						<button
							type="button"
							className="text-accent hover:underline pointer-coarse:py-1"
							onClick={() => setShowsAll(!showsAll)}
						>
							{showsAll ? "Show fewer" : `and ${formatCount(containers.length - mostNamed)} more`}
						</button>
					</>
				) : null}
			</p>
			{storage.unreachable === null ? null : (
				<p className={cx("flex items-start gap-1.5 rounded px-2 py-1 text-fine", tones.failed)}>
					<CircleAlert aria-hidden className="mt-0.5 size-3 shrink-0" />
					<span className="min-w-0 break-words">
						Not reached since <RelativeTime instant={storage.unreachable.since} />
						{storage.unreachable.reason === "" ? "" : `: ${storage.unreachable.reason}`}
					</span>
				</p>
			)}
			{config.type === "rasdaman" ? (
				<p className="text-fine text-muted">
					An array that is overwritten in place, with the same extent and size, looks unchanged, because rasdaman
					reports neither times nor versions.
				</p>
			) : null}
			{test.test ? <StorageTestResult test={test.test} /> : null}
		</li>
	);
}
