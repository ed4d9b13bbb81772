import { CircleAlert, CirclePause, EyeOff, FileX, Hourglass, ListTree, ListX, type LucideIcon } from "lucide-react";
import Link from "next/link";
import { type Tone, tones } from "#components/ui/badge.tsx";
import { cx } from "#components/ui/cx.ts";
import { formatInstant } from "#components/ui/format.ts";
import type { ContainerView } from "#lib/catalog/read-models/container-view.ts";
import { formatCount } from "#lib/numbers.ts";

/** The marks of a container that is not fully in sync. */
export type Marked = Pick<
	ContainerView,
	"rejected" | "ignored" | "waiting" | "suspect" | "exceptions" | "unreachable" | "paused"
>;

interface Mark {
	readonly icon: LucideIcon;
	readonly tone: Tone;
	readonly text: string;
	readonly title: string;
	/** The page that says more. */
	readonly href?: string;
}

function marksOf({ rejected, ignored, waiting, suspect, exceptions, unreachable, paused }: Marked): readonly Mark[] {
	const counted = (count: number, word: string, mark: Omit<Mark, "text">) =>
		count > 0 ? [{ ...mark, text: `${formatCount(count)} ${word}` }] : [];
	return [
		...counted(rejected - ignored, "rejected", {
			icon: FileX,
			tone: "failed",
			title: "Files that cannot become datasets",
		}),
		...counted(suspect, "suspect", { icon: EyeOff, tone: "out-of-sync", title: "Datasets whose file was not listed" }),
		...counted(waiting, "waiting", { icon: Hourglass, tone: "never", title: "Files that are not stable yet" }),
		...counted(exceptions, exceptions === 1 ? "exception" : "exceptions", {
			icon: ListX,
			tone: "never",
			title: "Changes that are kept out of its plans",
		}),
		...(paused === null
			? []
			: [
					{
						icon: CirclePause,
						tone: "neutral" as const,
						text: `${paused.storage} ${paused.reason === "paused" ? "paused" : "outside its hours"}`,
						title: `Until ${formatInstant(paused.until)}`,
						href: "/storages",
					},
				]),
		...unreachable.map(({ storage, since, reason }) => ({
			icon: CircleAlert,
			tone: "overdue" as const,
			text: `${storage} not reached`,
			title: `Since ${formatInstant(since)}: ${reason}`,
			href: "/problems",
		})),
	];
}

/** Something is known that is not in order: that a storage is not used now, every day perhaps, is not. */
export function isMarked(container: Marked): boolean {
	return marksOf({ ...container, paused: null }).length > 0;
}

interface ContainerMarksProps {
	readonly container: Marked;
	/** The batch in which it waits for its turn. */
	readonly waitsIn?: number | null;
	/** Whether those that a page says more of lead there. */
	readonly areLinks?: boolean;
	readonly className?: string;
}

/** Beside the state: icon and word each. */
export function ContainerMarks({ container, waitsIn = null, areLinks = true, className }: ContainerMarksProps) {
	const marks = marksOf(container);
	if (marks.length === 0 && waitsIn === null) return null;
	return (
		<span className={cx("flex flex-wrap items-center gap-1", className)}>
			{waitsIn === null ? null : (
				<Link href={`/batches/${waitsIn}`} prefetch={false} className={cx(markClasses, linkClasses, tones.neutral)}>
					<ListTree aria-hidden /> waits in batch {waitsIn}
				</Link>
			)}
			{marks.map(({ icon: Icon, tone, text, title, href }) =>
				href !== undefined && areLinks ? (
					<Link
						key={text}
						href={href}
						prefetch={false}
						title={title}
						className={cx(markClasses, linkClasses, tones[tone])}
					>
						<Icon aria-hidden /> {text}
					</Link>
				) : (
					<span key={text} title={title} className={cx(markClasses, tones[tone])}>
						<Icon aria-hidden /> {text}
					</span>
				),
			)}
		</span>
	);
}

const markClasses = "inline-flex items-center gap-1 whitespace-nowrap rounded px-1 text-fine [&_svg]:size-3";
const linkClasses = "underline-offset-2 hover:underline pointer-coarse:py-1";
