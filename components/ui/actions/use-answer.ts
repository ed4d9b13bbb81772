"use client";

import { type QueryKey, useQuery } from "@tanstack/react-query";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";
import { answerOf } from "./lost-answer.ts";

/** The answer of a server action that changes nothing, asked for whenever it is shown; a refusal is the error. */
export function useAnswer<R extends object>(queryKey: QueryKey, action: () => Promise<ActionResult<R>>) {
	return useQuery({
		queryKey,
		queryFn: async () => {
			const answer = await answerOf(action);
			if (!answer.ok) throw new Error(answer.error);
			return answer;
		},
		staleTime: 0,
		gcTime: 0,
		retry: false,
	});
}
