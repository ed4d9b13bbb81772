"use client";

import { CirclePause, CirclePlay, FileSearch, Handshake, PlugZap, Square, Upload } from "lucide-react";
import { useState } from "react";
import { May } from "#components/access/user-context.tsx";
import { type PageAction, usePageActions } from "#components/shell/page-actions.ts";
import { Button } from "#components/ui/button.tsx";
import type { TargetView } from "#lib/catalog/targets/target-views.ts";
import { PauseTarget } from "./pause-target.tsx";
import type { TargetActions } from "./target-actions.ts";
import { useReadTargets, type useTargetButtons } from "./use-target-buttons.ts";

interface TargetButtonsProps {
	readonly target: TargetView;
	readonly actions: TargetActions;
	readonly buttons: ReturnType<typeof useTargetButtons>;
}

/** Test, check, push, adopt, pause: what is asked of a target. A check or push at work can be stopped instead. */
export function TargetButtons({ target, actions, buttons }: TargetButtonsProps) {
	const { name, current, pause } = target;
	const [pausing, setPausing] = useState(false);
	const again = useReadTargets();
	const isBusy = current !== null;
	const works: readonly PageAction[] = isBusy
		? [{ label: `Stop what is at work in ${name}`, icon: <Square />, act: "targets.cancel", go: buttons.cancel }]
		: [
				{ label: `Check ${name}`, icon: <FileSearch />, act: "targets.check", go: buttons.check },
				{ label: `Push to ${name}`, icon: <Upload />, act: "targets.push", go: buttons.push },
				{ label: `Adopt what is in ${name}`, icon: <Handshake />, act: "targets.adopt", go: buttons.adopt },
			];
	usePageActions([
		{ label: `Test ${name}`, icon: <PlugZap />, act: "targets.test", go: buttons.runTest },
		...works,
		pause === null
			? { label: `Pause ${name}`, icon: <CirclePause />, act: "targets.pause", go: () => setPausing(true) }
			: { label: `Resume ${name}`, icon: <CirclePlay />, act: "targets.resume", go: buttons.resume },
	]);
	return (
		<>
			<May act="targets.test">
				<Button aria-label={`Test ${name}`} pending={buttons.isTesting} onClick={buttons.runTest}>
					Test
				</Button>
			</May>
			{isBusy ? (
				<May act="targets.cancel">
					<Button
						aria-label={`Stop what is at work in ${name}`}
						pending={buttons.pending || current.isCancelling}
						onClick={buttons.cancel}
					>
						<Square aria-hidden />
						{current.isCancelling ? "Stopping" : "Stop"}
					</Button>
				</May>
			) : (
				<>
					<May act="targets.check">
						<Button aria-label={`Check ${name}`} pending={buttons.pending} onClick={buttons.check}>
							Check
						</Button>
					</May>
					<May act="targets.push">
						<Button aria-label={`Push to ${name}`} pending={buttons.pending} onClick={buttons.push}>
							Push
						</Button>
					</May>
					<May act="targets.adopt">
						<Button aria-label={`Adopt what is in ${name}`} pending={buttons.pending} onClick={buttons.adopt}>
							Adopt
						</Button>
					</May>
				</>
			)}
			{pause === null ? (
				<May act="targets.pause">
					<Button aria-label={`Pause ${name} …`} onClick={() => setPausing(true)}>
						Pause …
					</Button>
				</May>
			) : (
				<May act="targets.resume">
					<Button aria-label={`Resume ${name}`} pending={buttons.pending} onClick={buttons.resume}>
						Resume
					</Button>
				</May>
			)}
			{pausing ? (
				<PauseTarget name={name} action={actions.pause} onDone={again} onClose={() => setPausing(false)} />
			) : null}
		</>
	);
}
