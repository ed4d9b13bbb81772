import type { TestAction } from "#components/storages/use-test.ts";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";

interface About {
	readonly key: string;
}

export interface ProblemActions {
	readonly acknowledge: (
		input: About & { readonly note: string; readonly until: string | null },
	) => Promise<ActionResult>;
	readonly revoke: (input: About) => Promise<ActionResult>;
	readonly recheck: (
		input: About & { readonly kind: "check" | "sync" },
	) => Promise<ActionResult<{ readonly waits: boolean; readonly containers: number }>>;
	readonly cancelRecheck: (input: About) => Promise<ActionResult>;
	readonly test: TestAction<{ readonly name: string }>;
}
