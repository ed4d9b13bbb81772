import { expect, it } from "vitest";
import { runStates } from "#lib/catalog/read-models/run-view.ts";
import { isState, statesText } from "./run-states.ts";

it("every state is active, waits for a person or is over, and only one of these", () => {
	for (const state of runStates) {
		const sets = (["active", "proposed", "over"] as const).filter((set) => isState(state, set));
		expect(sets, state).toHaveLength(1);
	}
});

it("an active run is free or leased, and only a leased one is shared", () => {
	for (const state of runStates) {
		expect(isState(state, "active"), state).toBe(isState(state, "free") !== isState(state, "leased"));
		if (isState(state, "shared")) expect(isState(state, "leased"), state).toBe(true);
	}
});

it("the text is a list of SQL", () => {
	expect(statesText("proposed")).toBe("('planned', 'held')");
});
