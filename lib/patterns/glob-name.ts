import { UsageError } from "#lib/errors.ts";
import type { CharacterTest, GlobToken } from "./glob-tokens.ts";

/** Whether a pattern without `/` fits a name. */
export type NameTest = (name: string) => boolean;

/** @throws UsageError for groups that are not closed. */
export function compileName(tokens: readonly GlobToken[]): NameTest {
	return tokens.some(({ kind }) => kind === "group") ? groupTest(tokens) : starTest(tokens);
}

/** Outside of groups a `|` and a `)` are letters, and everywhere a comma is. */
function characterTest(token: GlobToken): CharacterTest | null {
	switch (token.kind) {
		case "any":
			return () => true;
		case "set":
			return token.test;
		case "character":
			return (character) => character === token.character;
		case "stars":
		case "group":
			return null;
		default:
			return (character) => character === token.kind;
	}
}

/** What stands between two stars. */
type Piece = { readonly literal: string } | { readonly characters: readonly CharacterTest[] };

/** Each piece between stars goes to the first place it fits; no other choice could do better. */
function starTest(tokens: readonly GlobToken[]): NameTest {
	const pieces = piecesOf(tokens);
	const first = pieces[0] as Piece;
	const last = pieces.at(-1) as Piece;
	return (name) => {
		let at = endOf(first, name, 0);
		if (at < 0 || pieces.length === 1) return at === name.length;
		for (const piece of pieces.slice(1, -1)) {
			at = findEnd(piece, name, at, false);
			if (at < 0) return false;
		}
		return findEnd(last, name, at, true) >= 0;
	};
}

function piecesOf(tokens: readonly GlobToken[]): readonly Piece[] {
	const pieces: GlobToken[][] = [[]];
	for (const token of tokens) {
		if (token.kind === "stars") pieces.push([]);
		else pieces.at(-1)?.push(token);
	}
	return pieces.map((piece) => {
		const literal = piece.map((token) => (token.kind === "character" ? token.character : token.kind));
		if (piece.every(({ kind }) => kind !== "any" && kind !== "set")) return { literal: literal.join("") };
		return { characters: piece.flatMap((token) => characterTest(token) ?? []) };
	});
}

function findEnd(piece: Piece, name: string, from: number, toTheEnd: boolean): number {
	if ("literal" in piece) {
		const { literal } = piece;
		const at = toTheEnd ? name.length - literal.length : name.indexOf(literal, from);
		return at >= from && name.startsWith(literal, at) ? at + literal.length : -1;
	}
	for (let at = from; at < name.length; at++) {
		const end = endOf(piece, name, at);
		if (toTheEnd ? end === name.length : end >= 0) return end;
	}
	return -1;
}

/** Where the piece ends that begins at `at`; -1 if it does not begin there. */
function endOf(piece: Piece, name: string, at: number): number {
	if ("literal" in piece) return name.startsWith(piece.literal, at) ? at + piece.literal.length : -1;
	let end = at;
	for (const accepts of piece.characters) {
		if (end >= name.length) return -1;
		const character = String.fromCodePoint(name.codePointAt(end) as number);
		if (!accepts(character)) return -1;
		end += character.length;
	}
	return end;
}

/** A state of a non-deterministic automaton (Thompson's): it takes a character, or goes on at once in two ways. */
interface State {
	test: CharacterTest | null;
	next: number;
	other: number;
}

/** Where all of the pattern has fitted. */
const accepting = 0;

function groupTest(tokens: readonly GlobToken[]): NameTest {
	const states: State[] = [{ test: null, next: accepting, other: accepting }];
	const { start } = compileSequence({ tokens, states }, 0, { next: accepting, isGroup: false });
	return (name) => {
		let current = reached(states, [start]);
		for (const character of name) {
			if (current.size === 0) return false;
			const taken = [...current].flatMap((state) => {
				const { test, next } = states[state] as State;
				return test?.(character) ? [next] : [];
			});
			current = reached(states, taken);
		}
		return current.has(accepting);
	};
}

function reached(states: readonly State[], from: readonly number[]): ReadonlySet<number> {
	const found = new Set<number>();
	const open = [...from];
	for (let state = open.pop(); state !== undefined; state = open.pop()) {
		if (found.has(state)) continue;
		found.add(state);
		const { test, next, other } = states[state] as State;
		if (test === null) open.push(next, other);
	}
	return found;
}

interface Program {
	readonly tokens: readonly GlobToken[];
	readonly states: State[];
}

function addState({ states }: Program, state: State): number {
	return states.push(state) - 1;
}

/**
 * The states of what stands from `at` on: to the end, or, in a group, to its `|` or `)`. `next`: the state that follows it.
 * @returns where it begins, and the token it ended at
 */
function compileSequence(
	program: Program,
	at: number,
	{ next, isGroup }: { readonly next: number; readonly isGroup: boolean },
): { readonly start: number; readonly end: number } {
	const start = addState(program, { test: null, next, other: next });
	// The state that continues with the next characters.
	let last = start;
	let position = at;
	for (; position < program.tokens.length; position++) {
		const token = program.tokens[position] as GlobToken;
		if (isGroup && (token.kind === "|" || token.kind === ")")) break;
		const follow = addState(program, { test: null, next, other: next });
		let begin: number;
		if (token.kind === "group") {
			const group = compileGroup(program, position, follow);
			begin = group.start;
			position = group.end;
		} else if (token.kind === "stars") {
			begin = addState(program, { test: null, next: follow, other: follow });
			(program.states[begin] as State).other = addState(program, { test: () => true, next: begin, other: begin });
		} else begin = addState(program, { test: characterTest(token), next: follow, other: follow });
		Object.assign(program.states[last] as State, { next: begin, other: begin });
		last = follow;
	}
	return { start, end: position };
}

function compileGroup(program: Program, at: number, next: number): { readonly start: number; readonly end: number } {
	const { times } = program.tokens[at] as GlobToken & { readonly kind: "group" };
	// The state where a repeated group either repeats or ends.
	const loop = times === "+" || times === "*" ? addState(program, { test: null, next, other: next }) : null;
	let choices: number | null = null;
	let position = at;
	do {
		const choice = compileSequence(program, position + 1, { next: loop ?? next, isGroup: true });
		choices = choices === null ? choice.start : addState(program, { test: null, next: choices, other: choice.start });
		position = choice.end;
	} while (program.tokens[position]?.kind === "|");
	if (position >= program.tokens.length) throw new UsageError("a group is not closed");
	if (loop !== null) (program.states[loop] as State).other = choices;
	const start =
		times === "?" ? addState(program, { test: null, next: choices, other: next }) : times === "*" ? loop : choices;
	return { start: start ?? choices, end: position };
}
