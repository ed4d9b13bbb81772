"use client";

import { type FormEvent, useEffect, useRef, useState, useTransition } from "react";
import type { z } from "zod";
import { answerOf } from "#components/ui/actions/lost-answer.ts";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";
import { messagesByField } from "#lib/validation-messages.ts";
import { type EditBase, isSameValue, onOtherVersion, rebased } from "./edit-base.ts";

interface FormOptions<D, S extends z.ZodType, R> {
	/** The saved version. */
	readonly initial: D;
	/** What the fields hold besides when the form opens, as if it had been typed. */
	readonly typed?: Partial<D>;
	/** Its version, for what others may edit meanwhile; null: it was deleted. The form goes on as `edit-base.ts` says. */
	readonly version?: string | null;
	/** Converts the fields to the schema's input. */
	readonly toInput: (draft: D) => unknown;
	/** The same one that the server uses. */
	readonly schema: S;
	/** Saves it, if the version is still the one that was read. */
	readonly action: (input: z.output<S>, version: string) => Promise<ActionResult<R>>;
	/** What saving it does to datasets: where it does something, the form says so and is submitted once more. */
	readonly effect?: (input: z.output<S>) => Promise<ActionResult<SaveEffect>>;
	readonly onSaved: (result: R) => void;
	/** Reads again what is saved, for instance. */
	readonly onRefused?: () => void;
}

export interface SaveEffect {
	readonly datasets: number;
	/** In words; empty: it does nothing to any. */
	readonly sentence: string;
	readonly examples: readonly string[];
}

export type Errors = Readonly<Record<string, string>>;

/** A form's fields, their errors and its submission. After any error, the typed text stays. */
export function useForm<D extends object, S extends z.ZodType, R>(options: FormOptions<D, S, R>) {
	const saved: EditBase<D> = { draft: options.initial, version: options.version === undefined ? "" : options.version };
	const [base, setBase] = useState(saved);
	const [draft, setDraft] = useState({ ...options.initial, ...options.typed });
	// The next version is the form's own save: the form follows it whatever was typed since.
	const [awaitsOwn, setAwaitsOwn] = useState(false);
	const [errors, setErrors] = useState<Errors>({});
	const [error, setError] = useState<string | null>(null);
	// What was asked about, and what saving it would do: shown until something else is typed.
	const [asked, setAsked] = useState<{ readonly input: string; readonly effect: SaveEffect } | null>(null);
	const [pending, start] = useTransition();
	const form = useRef<HTMLFormElement>(null);
	useEffect(() => {
		if (Object.keys(errors).length > 0) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
	}, [errors]);

	const other = onOtherVersion(draft, base, saved);
	if (!pending && (other === "follow" || (other === "ask" && awaitsOwn && saved.version !== null))) follow();

	function follow() {
		setDraft(rebased(draft, base, saved));
		setBase(saved);
		setAwaitsOwn(false);
	}
	function keepTyped() {
		follow();
		forgetErrors();
	}
	function discardTyped() {
		setDraft(saved.draft);
		setBase(saved);
		forgetErrors();
	}
	function fail(message: string, fields: Errors) {
		setError(message);
		setErrors(fields);
	}
	/** Whether it may be saved: what it would do to datasets was shown, or is nothing. */
	async function isAccepted(input: z.output<S>): Promise<boolean> {
		if (options.effect === undefined || asked?.input === JSON.stringify(input)) return true;
		const { effect: ask } = options;
		const effect = await answerOf(() => ask(input));
		if (!effect.ok) fail(effect.error, effect.fields ?? {});
		else if (effect.sentence === "") return true;
		else setAsked({ input: JSON.stringify(input), effect });
		return false;
	}
	function forgetErrors() {
		setErrors({});
		setError(null);
	}
	/** Parses the fields with the schema; null: errors are shown. */
	function parse(): z.output<S> | null {
		const parsed = options.schema.safeParse(options.toInput(draft));
		if (parsed.success) {
			forgetErrors();
			return parsed.data;
		}
		fail("Some fields are not valid yet.", messagesByField(parsed.error));
		return null;
	}
	function submit(event: FormEvent) {
		event.preventDefault();
		const input = parse();
		if (input === null || pending) return;
		start(async () => {
			if (!(await isAccepted(input))) return;
			const result = await answerOf(() => options.action(input, base.version ?? ""));
			if (result.ok) {
				setBase((current) => ({ ...current, draft }));
				setAwaitsOwn(true);
				options.onSaved(result);
				return;
			}
			fail(result.error, result.fields ?? {});
			options.onRefused?.();
		});
	}
	const set = <K extends keyof D>(field: K, value: D[K]) => {
		setAsked(null);
		setDraft((current) => ({ ...current, [field]: value }));
	};
	return {
		draft,
		set,
		error,
		/** What saving would do, of which the user has been asked; null: nothing. */
		effect: asked?.effect ?? null,
		/** Until the form is submitted again. */
		forgetErrors,
		errorOf: (path: string) => errorAt(errors, path),
		pending,
		changed: !isSameValue(draft, base.draft),
		conflict: pending || other !== "ask" ? null : saved.version === null ? ("gone" as const) : ("changed" as const),
		keepTyped,
		discardTyped,
		parse,
		formProps: { ref: form, onSubmit: submit, noValidate: true },
	};
}

/** The error of a field or of something in it: a list's field shows what is wrong with one of its lines. */
export function errorAt(errors: Errors, path: string): string | undefined {
	if (errors[path] !== undefined) return errors[path];
	const inside = Object.entries(errors).find(([each]) => each.startsWith(`${path}.`));
	if (!inside) return undefined;
	const line = /^\d+$/.exec(inside[0].slice(path.length + 1));
	return line ? `Line ${Number(line[0]) + 1}: ${inside[1]}` : inside[1];
}
