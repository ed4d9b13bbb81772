import type { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { withoutFullStop } from "#lib/errors.ts";

/** Of 0 to 4: 3 takes more than 10^8 guesses, as slow as scrypt makes each of them. */
const leastScore = 3;

let estimator: Promise<ZxcvbnFactory> | undefined;

/**
 * Says in a sentence what is wrong with the password; null: it is strong enough. The user's own name is counted as guessable.
 * Loads its dictionaries (some megabytes) when it is first asked.
 */
export async function passwordProblem(password: string, known: readonly string[]): Promise<string | null> {
	estimator ??= load();
	const words = [...known, ...known.flatMap((name) => name.split(/[^\p{L}\p{N}]+/u)), "eosync"].filter(
		(word) => word.length > 2,
	);
	const { score, feedback } = (await estimator).check(password, words);
	if (score >= leastScore) return null;
	const why = feedback.warning ?? "";
	return `This password is too easy to guess${why === "" ? "" : `: ${withoutFullStop(why).toLowerCase()}`}. Four or more unusual words make a good one.`;
}

async function load(): Promise<ZxcvbnFactory> {
	const [{ ZxcvbnFactory }, common] = await Promise.all([
		import("@zxcvbn-ts/core"),
		import("@zxcvbn-ts/language-common"),
	]);
	return new ZxcvbnFactory({ dictionary: common.dictionary, graphs: common.adjacencyGraphs });
}
