import type { TestAction } from "#components/ui/actions/use-test-action.ts";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";
import type { AcceptInput } from "#lib/catalog/targets/target-asks.ts";
import type { TargetInput } from "#lib/catalog/targets/target-inputs.ts";
import type { TargetTest } from "#lib/catalog/targets/target-views.ts";
import type { AcceptanceEffect } from "#lib/targets/check/acceptance-effect.ts";

/** What of the differences of one check is meant. */
export type AcceptChoice = Omit<AcceptInput, "push">;

interface Named {
	readonly name: string;
}

type SaveTarget = (input: TargetInput, version: string) => Promise<ActionResult<{ readonly name: string }>>;
type Asked = Promise<ActionResult<{ readonly push: number }>>;

/** The server actions behind the buttons of a target. */
export interface TargetActions {
	/** An edit: of `TargetView.version`, no other. */
	readonly create: SaveTarget;
	readonly update: SaveTarget;
	/** As a form has it, with the password that stays. */
	readonly testDraft: TestAction<TargetInput, TargetTest>;
	readonly test: TestAction<Named, TargetTest>;
	readonly check: (input: Named) => Asked;
	readonly push: (input: Named & { readonly overwrite: boolean }) => Asked;
	readonly adopt: (input: Named) => Asked;
	readonly cancel: (input: { readonly push: number }) => Promise<ActionResult>;
	readonly approve: (input: { readonly push: number; readonly reason: string }) => Promise<ActionResult>;
	readonly reject: (input: { readonly push: number; readonly reason: string }) => Promise<ActionResult>;
	/** What accepting would write; changes nothing. */
	readonly acceptEffect: (input: Named & AcceptInput) => Promise<ActionResult<AcceptanceEffect>>;
	readonly accept: (input: Named & AcceptInput) => Promise<ActionResult<{ readonly accepted: number }>>;
	/** Takes back what was accepted and not pushed since. */
	readonly withdraw: (input: Named & AcceptInput) => Promise<ActionResult<{ readonly withdrawn: number }>>;
	readonly pause: (input: Named & { readonly until: string | null; readonly note: string }) => Promise<ActionResult>;
	readonly resume: (input: Named) => Promise<ActionResult>;
	readonly remove: (input: Named) => Promise<ActionResult>;
}
