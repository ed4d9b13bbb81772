"use client";

import { useState, useTransition } from "react";
import { toast } from "sonner";
import type { SaveContainer } from "#components/container/container-actions.ts";
import type { RequestRuns } from "#components/containers/use-request-runs.tsx";
import { answerOf } from "#components/ui/actions/lost-answer.ts";
import { containerInput } from "#lib/catalog/inputs.ts";
import type { Suggestion } from "#lib/catalog/storages/survey-views.ts";
import { formatPlural } from "#lib/numbers.ts";
import { messagesInOneLine } from "#lib/validation-messages.ts";

interface Actions {
	readonly create: SaveContainer;
	readonly requestRuns: RequestRuns;
}

interface Wanted {
	readonly index: number;
	readonly id: string;
	readonly suggestion: Suggestion;
}

/** Creates containers of suggestions one after the other, then asks for the first check of all that were created. */
export function useCreateContainers({ create, requestRuns }: Actions) {
	/** EO IDs by the suggestion's index. */
	const [created, setCreated] = useState<ReadonlyMap<number, string>>(new Map());
	const [errors, setErrors] = useState<ReadonlyMap<number, string>>(new Map());
	const [pending, start] = useTransition();
	const createOne = async ({ id, suggestion: { title, source } }: Wanted) => {
		const input = containerInput.safeParse({ id: id.trim(), kind: "dataset-series", title, sources: [source] });
		if (!input.success) return { ok: false, error: `${messagesInOneLine(input.error)}.` } as const;
		return answerOf(() => create(input.data, ""));
	};
	const createThem = (wanted: readonly Wanted[]) =>
		start(async () => {
			const done: string[] = [];
			for (const one of wanted) {
				const result = await createOne(one);
				setErrors((before) => new Map([...before, [one.index, result.ok ? "" : result.error]]));
				if (!result.ok) continue;
				done.push(result.id);
				setCreated((before) => new Map([...before, [one.index, result.id]]));
			}
			if (done.length === 0) return;
			const asked = await answerOf(() => requestRuns({ containers: done, kind: "check", full: false }));
			const made = `${formatPlural(done.length, "container")} created`;
			if (asked.ok) toast.success(`${made}; the first check is under way.`);
			else toast.error(`${made}, but the check was not started: ${asked.error}`);
		});
	return { created, errors, pending, createThem };
}
