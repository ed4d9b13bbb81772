import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { beforeAll, expect, it } from "vitest";
import { wholeProgram } from "./program.ts";

/** Commands in the documents can be copied and run: each exists, has the options that are given, and takes that number of arguments. */

const root = join(import.meta.dirname, "../..");
const documents = [
	...["README.md", "SECURITY.md", "CONTRIBUTING.md", "examples/README.md"],
	...readdirSync(join(root, "docs"))
		.filter((name) => name.endsWith(".md"))
		.map((name) => `docs/${name}`),
];

let program: Command;
beforeAll(async () => {
	program = await wholeProgram();
});

it.each(documents)("the commands of %s are as the command line has them", (document) => {
	const calls = callsIn(readFileSync(join(root, document), "utf8"));
	expect(calls.flatMap((call) => faultsOf(call).map((fault) => `${call}: ${fault}`))).toEqual([]);
});

it("finds calls, and what is wrong with them", () => {
	const calls = callsIn(
		"Say `npx eosync sync --al ID`:\n\n```\ncd /x && eosync frobnicate   # no\nA=b eosync containers rename OLD\n```\n",
	);
	expect(calls.flatMap(faultsOf)).toEqual(["no command frobnicate", "too few arguments", "no option --al"]);
});

/** The commands in blocks and in spans of code. A name alone, `eosync serve`, is looked up and no more. */
function callsIn(text: string): readonly string[] {
	const blocks = [...text.matchAll(/^```(?!yaml|ts|json)[a-z]*\n([\s\S]*?)^```/gm)].flatMap(([, lines = ""]) =>
		lines.split("\n"),
	);
	const spans = [...text.replaceAll(/^```[\s\S]*?^```/gm, "").matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
	return [...blocks.map((line) => line.replace(/ +#.*$/, "")), ...spans].flatMap(callIn);
}

function callIn(code: string): readonly string[] {
	const call = /(?:^|&& |^[A-Z_]+=\S+ )((?:npx )?(?:eosync|eoxs_synchronize) [a-z-][^|>;]*)$/.exec(
		code.replaceAll("\n", " "),
	)?.[1];
	return call === undefined ? [] : [call.trim()];
}

function faultsOf(call: string): readonly string[] {
	const words = wordsOf(call.replace(/^npx /, ""));
	const rest = words[0] === "eoxs_synchronize" ? ["sync", ...words.slice(1)] : words.slice(1);
	if (rest[0]?.startsWith("-") || rest[0] === "help") return [];
	const command = program.commands.find((one) => one.name() === rest[0]);
	if (command === undefined) return [`no command ${rest[0]}`];
	const nested = command.commands.find((one) => one.name() === rest[1]);
	const given = rest.slice(nested === undefined ? 1 : 2);
	if (given.length === 0) return [];
	if (nested !== undefined) return faultsOfOptions(nested, given);
	// Without the name of a nested command it may be the default one.
	const faults = [command, ...command.commands].map((one) => faultsOfOptions(one, given));
	return faults.find((found) => found.length === 0) ?? faults[0] ?? [];
}

function faultsOfOptions(command: Command, given: readonly string[]): readonly string[] {
	const faults: string[] = [];
	let operands = 0;
	for (let at = 0; at < given.length; at += 1) {
		const word = given[at] ?? "";
		if (!/^-[-a-z]/.test(word)) {
			operands += 1;
			continue;
		}
		const name = word.split("=", 1)[0];
		const option = command.options.find(({ long, short }) => name === long || name === short);
		if (option === undefined && name !== "--help") faults.push(`no option ${name}`);
		if (option?.required && !word.includes("=")) at += 1;
	}
	const takes = command.registeredArguments;
	if (operands > takes.length && !takes.at(-1)?.variadic) faults.push("too many arguments");
	const isChosen = given.some((word) => word.startsWith("--"));
	if (operands < takes.filter(({ required }) => required).length && !isChosen) faults.push("too few arguments");
	return faults;
}

/** The words as a shell separates them, with those in square brackets. */
function wordsOf(call: string): readonly string[] {
	const words = call.replaceAll(/\[|\]|…(?=$| )/g, "").matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g);
	return [...words].map(([word]) => word);
}
