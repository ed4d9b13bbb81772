import { Command, Option } from "commander";
import { approvalReason } from "#lib/catalog/inputs.ts";
import { parsePush } from "#lib/cli/arguments.ts";
import { UsageError } from "#lib/errors.ts";

/** What the commands about one target have in common. */

export interface JsonOption {
	readonly json?: boolean;
}

export const named = (name: string, summary: string) =>
	new Command(name)
		.summary(summary)
		.argument("<NAME>", "name of a target")
		.option("--json", "one JSON object per line");

/** @param what which push it is */
export const pushOption = (what: string) =>
	new Option("--push <N>", `${what}; eosync targets pushes NAME lists them`).argParser(parsePush);

/** A command's options, and those of `targets` itself: `--json` is one of both. */
export function optionsOf<T extends object>(command: Command): T {
	return command.optsWithGlobals<T>();
}

/** @throws UsageError */
export function parseReason(reason: string): string {
	const parsed = approvalReason.safeParse(reason);
	if (!parsed.success) throw new UsageError(`${parsed.error.issues[0]?.message}.`);
	return parsed.data;
}
