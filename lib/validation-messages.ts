import { z } from "zod";
import { lookupTable } from "./lookup-table.ts";
import { formatCount } from "./numbers.ts";

/**
 * Says in plain sentences what a schema finds wrong: what to write instead, without the names of types. Importing this
 * module is enough, zod's configuration holds for the whole process; each program imports it where it starts. Client-safe.
 */
z.config({ customError: messageFor });

type Issue = z.core.$ZodRawIssue;

/** The message of an issue whose schema has none of its own. */
export function messageFor(issue: Issue): string {
	switch (issue.code) {
		case "invalid_type":
			return typeMessage(issue.expected, issue.input);
		case "invalid_value":
			return `${issue.input === undefined ? "This is missing. " : ""}Choose ${oneOf(issue.values)}`;
		case "too_small":
			return tooSmallMessage(issue);
		case "too_big":
			return tooBigMessage(issue);
		case "invalid_format":
			return formats[issue.format] ?? "This is not written in the right form";
		case "not_multiple_of":
			return `Enter a multiple of ${formatCount(issue.divisor)}`;
		case "unrecognized_keys":
			return `There is no setting ${issue.keys.join(", ")} here: remove it, or correct its name`;
		case "invalid_union":
			return Array.isArray(issue.options) && issue.options.length > 0
				? `Choose ${oneOf(issue.options)}`
				: "This value is not one of those that are possible here";
		default:
			return "This value is not valid";
	}
}

const types = lookupTable<string>({
	string: "Enter text",
	number: "Enter a number",
	int: "Enter a whole number",
	boolean: "Enter true or false",
	array: "Give a list",
	tuple: "Give a list",
	object: "Give settings with names",
	record: "Give settings with names",
	null: "Leave this empty",
});

function typeMessage(expected: string, input: unknown): string {
	const what = types[expected] ?? "This value is not valid";
	return input === undefined ? `This is missing. ${what}` : what;
}

const formats = lookupTable<string>({
	datetime: "Enter a UTC time such as 2026-01-31T12:00:00Z",
	date: "Enter a date such as 2026-01-31",
	url: "Enter an address such as https://example.org",
	email: "Enter an e-mail address",
});

type SizeIssue<C extends "too_small" | "too_big"> = Extract<Issue, { readonly code: C }>;

function tooSmallMessage({ origin, minimum, inclusive }: SizeIssue<"too_small">): string {
	if (origin === "string")
		return minimum <= 1 ? "This cannot be empty" : `Enter at least ${formatCount(minimum)} characters`;
	if (origin === "array" || origin === "set")
		return minimum <= 1 ? "Give at least one" : `Give at least ${formatCount(minimum)}`;
	return inclusive === false
		? `Enter a number greater than ${formatCount(minimum)}`
		: `Enter ${formatCount(minimum)} or more`;
}

function tooBigMessage({ origin, maximum, inclusive }: SizeIssue<"too_big">): string {
	if (origin === "string") return `Enter at most ${formatCount(maximum)} characters`;
	if (origin === "array" || origin === "set") return `Give at most ${formatCount(maximum)}`;
	return inclusive === false
		? `Enter a number less than ${formatCount(maximum)}`
		: `Enter ${formatCount(maximum)} or less`;
}

function oneOf(values: readonly unknown[]): string {
	return values.length === 1 ? String(values[0]) : `one of ${values.join(", ")}`;
}

/** By field path (`sources.0.path`), the first message of each. */
export function messagesByField({ issues }: z.ZodError): Readonly<Record<string, string>> {
	return Object.fromEntries(issues.toReversed().map(({ path, message }) => [path.join("."), message]));
}

/** All in one line: `limit: Enter 1,000 or less; begin: Enter a UTC time such as …`. */
export function messagesInOneLine({ issues }: z.ZodError): string {
	return issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`)).join("; ");
}
