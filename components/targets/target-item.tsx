import { ArrowRight, KeyRound, Pencil } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { May } from "#components/access/user-context.tsx";
import { usePageActions } from "#components/shell/page-actions.ts";
import { targetTypeLabels } from "#components/targets/form/target-draft.ts";
import { TargetTestResult } from "#components/targets/form/target-test-result.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Copyable } from "#components/ui/copying/copyable.tsx";
import type { TargetView } from "#lib/catalog/targets/target-views.ts";
import type { TargetActions } from "./target-actions.ts";
import { TargetButtons } from "./target-buttons.tsx";
import { TargetFacts, targetHref } from "./target-facts.tsx";
import { TargetStateLabel } from "./target-state.tsx";
import { useTargetButtons } from "./use-target-buttons.ts";

interface TargetItemProps {
	readonly target: TargetView;
	readonly actions: TargetActions;
	readonly onEdit: () => void;
	readonly onDelete: () => void;
}

export function TargetItem({ target, actions, onEdit, onDelete }: TargetItemProps) {
	const { name, type, input, hasPassword } = target;
	const buttons = useTargetButtons(target, actions);
	const router = useRouter();
	usePageActions([
		{ label: `Open ${name}`, icon: <ArrowRight />, go: () => router.push(targetHref(name)) },
		{ label: `Edit ${name}`, icon: <Pencil />, act: "targets.update", go: onEdit },
	]);
	return (
		<li className="space-y-2 px-3 py-2.5">
			<div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
				<div className="flex min-w-0 flex-1 basis-64 flex-wrap items-center gap-x-3 gap-y-1">
					<h2 className="min-w-0 break-all font-medium">
						<Link href={targetHref(name)} className="inline-block min-w-6 hover:underline pointer-coarse:py-1">
							{name}
						</Link>
					</h2>
					<TargetStateLabel target={target} />
					<Badge>{targetTypeLabels[type]}</Badge>
					<Copyable text={input.url} label={`address of ${name}`} className="text-muted" />
					{hasPassword ? (
						<span className="flex items-center gap-1 text-fine text-muted">
							<KeyRound aria-hidden className="size-3" />
							password set
						</span>
					) : null}
				</div>
				<div className="flex flex-wrap gap-1.5">
					<TargetButtons target={target} actions={actions} buttons={buttons} />
					<May act="targets.update">
						<Button aria-label={`Edit ${name}`} onClick={onEdit}>
							Edit
						</Button>
						<Button aria-label={`Delete ${name}`} onClick={onDelete}>
							Delete
						</Button>
					</May>
				</div>
			</div>
			<TargetFacts target={target} />
			{buttons.test ? <TargetTestResult test={buttons.test} /> : null}
		</li>
	);
}
